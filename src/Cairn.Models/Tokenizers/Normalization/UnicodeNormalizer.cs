using System.Buffers;
using System.Text;

namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Brings text into a Unicode normalisation form. What is composed stands for the range of its first character.</summary>
/// <remarks>Unicode Standard Annex 15. Linear but for sorting within one run of combining marks.</remarks>
internal sealed class UnicodeNormalizer(UnicodeForm form) : Normalizer
{
    /// <summary>Below these every text is in the form already.</summary>
    private const char FirstOfNfc = '\u0300', FirstOfNfd = '\u00C0', FirstOfCompatibility = '\u00A0';

    private readonly bool _isCompatibility = form is UnicodeForm.Nfkc or UnicodeForm.Nfkd;
    private readonly bool _composes = form is UnicodeForm.Nfc or UnicodeForm.Nfkc;

    public override string Name => form.ToString();

    public override bool IsNormalized(ReadOnlySpan<char> text)
    {
        var first = form switch
        {
            UnicodeForm.Nfc => FirstOfNfc,
            UnicodeForm.Nfd => FirstOfNfd,
            _ => FirstOfCompatibility,
        };
        var at = text.IndexOfAnyExceptInRange('\0', (char)(first - 1));
        if (at < 0) return true;

        foreach (var rune in text[at..].EnumerateRunes())
        {
            if (rune.Value >= first && UnicodeData.Instance.NeedsWork(rune.Value, form)) return false;
        }

        return true;
    }

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        using var points = new PointList(source.Length);
        Decompose(source, points);
        if (_composes) Compose(points);
        foreach (var point in points.Span)
        {
            destination.AppendCodePoint(point.CodePoint, point.Range);
        }
    }

    private void Decompose(TextBuffer source, PointList points)
    {
        Span<int> jamo = stackalloc int[3];
        var text = source.Text;
        var runStart = 0;
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
            var range = source.RangeAt(at);
            ReadOnlySpan<int> parts = Hangul.IsSyllable(rune.Value)
                ? jamo[..Hangul.Decompose(rune.Value, jamo)]
                : UnicodeData.Instance.Decompose(rune.Value, _isCompatibility) ?? [rune.Value];
            foreach (var part in parts)
            {
                var combiningClass = UnicodeData.Instance.CombiningClass(part);
                if (combiningClass == 0)
                {
                    points.SortByClass(runStart);
                    runStart = points.Count + 1;
                }

                points.Add(new Point(part, combiningClass, range));
            }

            at += length;
        }

        points.SortByClass(runStart);
    }

    /// <summary>Joins each starter with the marks after it that nothing of equal or higher class blocks.</summary>
    private static void Compose(PointList points)
    {
        var span = points.Span;
        var starter = -1;
        var lastClass = -1;
        var kept = 0;
        foreach (var point in span)
        {
            var isReachable = starter >= 0 && lastClass < point.CombiningClass;
            var composite = isReachable ? UnicodeData.Instance.Compose(span[starter].CodePoint, point.CodePoint) : -1;
            if (composite >= 0)
            {
                span[starter] = span[starter] with { CodePoint = composite };
                continue;
            }

            if (point.CombiningClass == 0) (starter, lastClass) = (kept, -1);
            else lastClass = point.CombiningClass;
            span[kept++] = point;
        }

        points.Count = kept;
    }

    private readonly record struct Point(int CodePoint, byte CombiningClass, TextRange Range);

    private sealed class PointList(int capacity) : IDisposable
    {
        private static readonly Comparer<(int Class, int Index)> Order = Comparer<(int Class, int Index)>.Default;

        private Point[] _points = ArrayPool<Point>.Shared.Rent(Math.Max(16, capacity));

        public int Count { get; set; }

        public Span<Point> Span => _points.AsSpan(0, Count);

        public void Add(Point point)
        {
            if (Count == _points.Length)
            {
                var larger = ArrayPool<Point>.Shared.Rent(_points.Length * 2);
                Span.CopyTo(larger);
                ArrayPool<Point>.Shared.Return(_points);
                _points = larger;
            }

            _points[Count++] = point;
        }

        /// <summary>Orders the marks from a position on by class and leaves equal ones as they stand.</summary>
        public void SortByClass(int start)
        {
            if (Count - start < 2) return;

            var run = _points.AsSpan(start, Count - start);
            if (IsSorted(run)) return;

            WorkMeter.Add(run.Length * (long)int.Log2(run.Length));
            var keys = new (int Class, int Index)[run.Length];
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = (run[i].CombiningClass, i);
            }

            keys.AsSpan().Sort(run, Order);
        }

        public void Dispose()
        {
            ArrayPool<Point>.Shared.Return(_points);
            _points = [];
            Count = 0;
        }

        private static bool IsSorted(ReadOnlySpan<Point> run)
        {
            for (var i = 1; i < run.Length; i++)
            {
                if (run[i].CombiningClass < run[i - 1].CombiningClass) return false;
            }

            return true;
        }
    }
}
