using System.Text;

namespace Cairn.Retrieval.Reading.Pdf;

/// <summary>Puts glyphs together to lines, words and segments by their places alone.</summary>
internal static class PdfLines
{
    // In font sizes: how far baselines of one line may lie apart, how wide a space between words is, and how narrow the
    // space between columns can be. Justified lines stretch word spaces to about 0.8.
    private const double SameLine = 0.4;
    private const double WordGap = 0.18;
    private const double SegmentGap = 0.9;

    public static List<PdfLine> Of(List<PdfGlyph> glyphs)
    {
        glyphs.Sort((a, b) => b.Baseline.CompareTo(a.Baseline));
        var lines = new List<PdfLine>();
        var start = 0;
        for (var i = 1; i <= glyphs.Count; i++)
        {
            if (i == glyphs.Count || glyphs[start].Baseline - glyphs[i].Baseline > SameLine * Math.Max(glyphs[start].Size, glyphs[i].Size))
            {
                Add(lines, glyphs.GetRange(start, i - start));
                start = i;
            }
        }

        return lines;
    }

    private static void Add(List<PdfLine> lines, List<PdfGlyph> glyphs)
    {
        glyphs.RemoveAll(glyph => string.IsNullOrWhiteSpace(glyph.Text));
        if (glyphs.Count == 0)
        {
            return;
        }

        glyphs.Sort((a, b) => a.Left.CompareTo(b.Left));
        var segments = new List<PdfSegment>();
        var start = 0;
        for (var i = 1; i <= glyphs.Count; i++)
        {
            if (i == glyphs.Count || Gap(glyphs, i) > SegmentGap)
            {
                segments.Add(Segment(glyphs.GetRange(start, i - start)));
                start = i;
            }
        }

        lines.Add(new PdfLine(glyphs[0].Baseline, segments));
    }

    private static double Gap(List<PdfGlyph> glyphs, int i) =>
        (glyphs[i].Left - glyphs[i - 1].Right) / Math.Max(1, Math.Max(glyphs[i].Size, glyphs[i - 1].Size));

    private static PdfSegment Segment(List<PdfGlyph> glyphs)
    {
        var text = new StringBuilder();
        for (var i = 0; i < glyphs.Count; i++)
        {
            if (i > 0 && Gap(glyphs, i) > WordGap)
            {
                text.Append(' ');
            }

            text.Append(glyphs[i].Text);
        }

        var words = RightToLeft.ToLogicalOrder(text.ToString());
        var sizes = glyphs.GroupBy(glyph => Math.Round(glyph.Size * 2) / 2).MaxBy(group => group.Count())!.Key;
        return new PdfSegment(words, glyphs[0].Left, glyphs.Max(glyph => glyph.Right), sizes, glyphs.All(glyph => glyph.IsBold));
    }
}
