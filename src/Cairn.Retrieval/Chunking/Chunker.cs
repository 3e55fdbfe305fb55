using Cairn.Abstractions;
using Cairn.Retrieval.Reading;

namespace Cairn.Retrieval.Chunking;

/// <summary>Cuts documents into chunks that follow their structure and fit the embedder. Thread-safe.</summary>
/// <remarks>
/// Blocks are packed in order until the target is reached. A block that fits into the maximum stays whole; a longer
/// paragraph is split at sentences, a longer table or code block at lines, and only a sentence or line that is longer
/// still at words. A chunk goes past a heading only while it is shorter than the minimum; its heading path is then what
/// the sections share, and the other headings are part of its text. The parts of a split table stand alone, and the later
/// ones carry the header row at the end of their heading path. A heading path takes at most a quarter of the maximum:
/// the outermost headings go first. Time is linear in the text.
/// </remarks>
public sealed class Chunker
{
    private const int SmallestTarget = 16;

    private readonly ITokenCounter _counter;
    private readonly ChunkerOptions _options;
    private readonly int _maxTokens;

    /// <summary>Makes a chunker.</summary>
    /// <param name="counter">Counts tokens as the embedder does.</param>
    /// <param name="options">Sizes; null for the defaults.</param>
    /// <exception cref="ArgumentException">The sizes contradict each other.</exception>
    public Chunker(ITokenCounter counter, ChunkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(counter);
        _options = options ?? new ChunkerOptions();
        if (_options.TargetTokens < SmallestTarget || _options.MaxTokens < _options.TargetTokens)
        {
            throw new ArgumentException(
                $"TargetTokens must be {SmallestTarget} or more and not above MaxTokens; "
                + $"got {_options.TargetTokens} and {_options.MaxTokens}.", nameof(options));
        }

        _counter = counter;
        const int Markers = 2;
        _maxTokens = Math.Max(SmallestTarget, Math.Min(_options.MaxTokens, counter.MaxTokens - Markers));
    }

    /// <summary>Names the rules, sizes and tokenizer: chunks of equal fingerprints are cut alike.</summary>
    public string Fingerprint =>
        $"chunker/1 target={_options.TargetTokens} max={_maxTokens} min={_options.MinTokens} "
        + $"overlap={_options.OverlapSentences} tokenizer={_counter.Fingerprint}";

    /// <summary>Cuts a document.</summary>
    /// <returns>
    /// Chunks in order; every word of every block is in one. Without overlap asked for, none shares a character with
    /// another. <c>Text</c> equals the document's text from <c>Start</c> to <c>End</c>.
    /// </returns>
    public IReadOnlyList<Chunk> Split(Document document, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        var paths = new HeadingPaths(_counter, _maxTokens / 4);
        var pieces = new PieceCutter(document, _counter, _maxTokens, paths).Cut(cancellationToken);
        var packer = new ChunkPacker(document, _counter, _options, _maxTokens, paths);
        foreach (var piece in pieces)
        {
            cancellationToken.ThrowIfCancellationRequested();
            packer.Add(piece);
        }

        return packer.Finish();
    }
}
