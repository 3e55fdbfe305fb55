namespace Cairn.Models.Tokenizers;

/// <summary>How a model wants two texts put together: <c>[CLS] first [SEP] second [SEP]</c> for BERT.</summary>
public sealed class PairTemplate
{
    private readonly PairTemplateItem[] _items;

    /// <summary>Checks and keeps the items.</summary>
    /// <param name="items">Special tokens and each text exactly once, the first before the second.</param>
    /// <exception cref="ArgumentException">A text is missing, there twice, or they are in the wrong order.</exception>
    public PairTemplate(IEnumerable<PairTemplateItem> items)
    {
        _items = [.. items];
        if (!IsComplete(_items)) throw new ArgumentException("The first and the second text must each be there once, in this order.", nameof(items));
    }

    /// <summary>Special tokens and texts in order.</summary>
    public IReadOnlyList<PairTemplateItem> Items => _items;

    /// <summary>Special tokens that the template adds.</summary>
    public int SpecialCount => _items.Length - 2;

    /// <summary>Whether the items hold each text once, in order.</summary>
    public static bool IsComplete(IReadOnlyList<PairTemplateItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Where(item => item.Part != PairPart.Special).Select(item => item.Part)
            .SequenceEqual([PairPart.First, PairPart.Second]);
    }

    /// <summary>Cuts two tokenised texts to a limit and puts them together.</summary>
    /// <param name="first">Ids of the first text, without special tokens.</param>
    /// <param name="second">Ids of the second text, without special tokens.</param>
    /// <param name="maxTokens">Most tokens of the result, special tokens included.</param>
    /// <param name="truncation">Which text is cut.</param>
    /// <exception cref="ArgumentException">The limit leaves no room: for a text, or for the first text that must be kept.</exception>
    public TokenizedPair Apply(
        ReadOnlySpan<int> first, ReadOnlySpan<int> second, int maxTokens = int.MaxValue, PairTruncation truncation = PairTruncation.LongestFirst)
    {
        var room = maxTokens - SpecialCount;
        if (room < 2) throw new ArgumentException($"{maxTokens:N0} tokens leave no room for two texts and {SpecialCount} special tokens.", nameof(maxTokens));

        var isTruncated = (long)first.Length + second.Length > room;
        if (isTruncated)
        {
            var (firstLength, secondLength) = truncation == PairTruncation.OnlySecond
                ? KeepFirst(first.Length, room)
                : CutLongest(first.Length, second.Length, room);
            first = first[..firstLength];
            second = second[..secondLength];
        }

        var ids = new List<int>(first.Length + second.Length + SpecialCount);
        var types = new List<int>(ids.Capacity);
        foreach (var item in _items)
        {
            if (item.Part == PairPart.First) ids.AddRange(first);
            else if (item.Part == PairPart.Second) ids.AddRange(second);
            else ids.Add(item.Id);
            while (types.Count < ids.Count) types.Add(item.TokenType);
        }

        return new TokenizedPair([.. ids], [.. types], isTruncated);
    }

    private static (int First, int Second) KeepFirst(int first, int room) => first < room
        ? (first, room - first)
        : throw new ArgumentException($"The first text has {first:N0} tokens; at most {room - 1:N0} leave room for the second.");

    /// <summary>The shorter text stays whole up to half of the room; the longer gets the rest, and the odd token.</summary>
    private static (int First, int Second) CutLongest(int first, int second, int room)
    {
        var shorter = Math.Min(Math.Min(first, second), room / 2);
        return first <= second ? (shorter, room - shorter) : (room - shorter, shorter);
    }
}
