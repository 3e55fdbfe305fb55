namespace Cairn.Models.Tokenizers;

/// <summary>The tokens of a text and where each came from.</summary>
/// <param name="Ids">Token ids in order.</param>
/// <param name="Offsets">
/// For each id the range of the original text that it stands for, in UTF-16 positions. A character that is split over
/// several tokens gives each of them its whole range; a token that was added and not read has the range (0, 0).
/// </param>
public sealed record TokenizedText(IReadOnlyList<int> Ids, IReadOnlyList<TextRange> Offsets);
