using Cairn.Retrieval.Reading;

namespace Cairn.Retrieval.Indexing;

/// <summary>What became of one file in a sync.</summary>
/// <param name="Source">Path relative to the folder.</param>
/// <param name="Outcome">What was done.</param>
/// <param name="Chunks">Chunks that the index holds of it.</param>
/// <param name="Pages">Pages, 0 when the format has none.</param>
/// <param name="Error">Why it failed; null unless <paramref name="Outcome"/> is <see cref="FileOutcome.Failed"/>.</param>
/// <param name="Detail">The reason as a sentence, or what the reader left out; empty when there is nothing to say.</param>
public sealed record FileReceipt(
    string Source, FileOutcome Outcome, int Chunks, int Pages, DocumentReadError? Error, string Detail);
