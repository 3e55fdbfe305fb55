namespace Cairn.Inference;

/// <summary>
/// Watches a text that comes in pieces for stop sequences, which may begin in one piece and end in another. What could
/// be the beginning of one is held back until it is clear; what comes with or after one is swallowed.
/// </summary>
/// <remarks>The sequence that ends first stops the text; of several that end together the longest. Not thread-safe.</remarks>
public sealed class StopSequenceMatcher
{
    private readonly string[] _sequences;
    private readonly int _longest;
    private string _held = "";

    /// <summary>Creates a matcher; with no sequences it passes every piece on.</summary>
    /// <param name="sequences">Texts to stop at, none empty; compared ordinally.</param>
    /// <exception cref="ArgumentException">A sequence is null or empty.</exception>
    public StopSequenceMatcher(IReadOnlyList<string> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        _sequences = [.. sequences];
        if (_sequences.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A stop sequence is empty; it would stop every text at once.", nameof(sequences));
        }

        _longest = _sequences.Select(sequence => sequence.Length).DefaultIfEmpty().Max();
    }

    /// <summary>The sequence that was found; null until then.</summary>
    public string? Matched { get; private set; }

    /// <summary>True once a sequence was found: the text is over.</summary>
    public bool IsMatched => Matched is not null;

    /// <summary>Takes a piece of text and returns what is certain to be part of the result.</summary>
    /// <param name="piece">The next piece; ignored after a match.</param>
    public string Append(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        if (IsMatched)
        {
            return "";
        }

        if (_sequences.Length == 0)
        {
            return piece;
        }

        var text = _held + piece;
        if (FindFirstEnding(text) is var (start, sequence))
        {
            Matched = sequence;
            _held = "";
            return text[..start];
        }

        var kept = text.Length - LongestPossibleBeginning(text);
        _held = text[kept..];
        return text[..kept];
    }

    /// <summary>The text is over without a match: returns what was held back.</summary>
    public string Flush()
    {
        var rest = _held;
        _held = "";
        return rest;
    }

    private (int Start, string Sequence)? FindFirstEnding(string text)
    {
        (int Start, string Sequence)? found = null;
        foreach (var sequence in _sequences)
        {
            var start = text.IndexOf(sequence, StringComparison.Ordinal);
            if (start < 0)
            {
                continue;
            }

            var order = found is { } other
                ? (start + sequence.Length).CompareTo(other.Start + other.Sequence.Length)
                : -1;
            if (order < 0 || (order == 0 && sequence.Length > found!.Value.Sequence.Length))
            {
                found = (start, sequence);
            }
        }

        return found;
    }

    // Length of the longest end of the text that is the beginning of a sequence.
    private int LongestPossibleBeginning(string text)
    {
        for (var length = Math.Min(_longest - 1, text.Length); length > 0; length--)
        {
            var end = text.AsSpan(text.Length - length);
            foreach (var sequence in _sequences)
            {
                if (sequence.Length > length && sequence.AsSpan().StartsWith(end, StringComparison.Ordinal))
                {
                    return length;
                }
            }
        }

        return 0;
    }
}
