namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>A set of code points, immutable: sorted ranges, and a table for the basic plane once it is asked.</summary>
internal sealed class CodePointSet
{
    public const int Last = 0x10FFFF;

    private readonly int[] _starts;
    private readonly int[] _ends;
    private ulong[]? _basicPlane;

    private CodePointSet(List<(int Start, int End)> ranges)
    {
        _starts = [.. ranges.Select(range => range.Start)];
        _ends = [.. ranges.Select(range => range.End)];
    }

    public static CodePointSet Empty { get; } = new([]);

    public static CodePointSet All { get; } = OfRange(0, Last);

    public IEnumerable<(int Start, int End)> Ranges => _starts.Zip(_ends);

    public bool IsEmpty => _starts.Length == 0;

    public static CodePointSet OfRange(int start, int end) => new([(start, end)]);

    public static CodePointSet OfRanges(IEnumerable<(int Start, int End)> ranges)
    {
        var merged = new List<(int Start, int End)>();
        foreach (var range in ranges.OrderBy(range => range.Start))
        {
            if (merged.Count > 0 && range.Start <= merged[^1].End + 1)
            {
                merged[^1] = (merged[^1].Start, Math.Max(merged[^1].End, range.End));
            }
            else
            {
                merged.Add(range);
            }
        }

        return new CodePointSet(merged);
    }

    public CodePointSet Union(CodePointSet other) => OfRanges(Ranges.Concat(other.Ranges));

    public CodePointSet Complement()
    {
        var ranges = new List<(int, int)>();
        var next = 0;
        foreach (var (start, end) in Ranges)
        {
            if (start > next) ranges.Add((next, start - 1));
            next = end + 1;
        }

        if (next <= Last) ranges.Add((next, Last));
        return new CodePointSet(ranges);
    }

    public CodePointSet Intersect(CodePointSet other) => Complement().Union(other.Complement()).Complement();

    public bool Contains(int codePoint)
    {
        if (codePoint > char.MaxValue) return Search(codePoint);

        var table = _basicPlane ??= MakeTable();
        return (table[codePoint >> 6] >> (codePoint & 63) & 1) != 0;
    }

    private bool Search(int codePoint)
    {
        var at = Array.BinarySearch(_starts, codePoint);
        if (at < 0) at = ~at - 1;
        return at >= 0 && codePoint <= _ends[at];
    }

    private ulong[] MakeTable()
    {
        var table = new ulong[(char.MaxValue + 1) / 64];
        foreach (var (start, end) in Ranges)
        {
            for (var codePoint = start; codePoint <= Math.Min(end, char.MaxValue); codePoint++)
            {
                table[codePoint >> 6] |= 1UL << (codePoint & 63);
            }
        }

        return table;
    }
}
