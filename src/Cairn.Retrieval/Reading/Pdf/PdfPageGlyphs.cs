using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Graphics.Colors;

namespace Cairn.Retrieval.Reading.Pdf;

/// <summary>The glyphs of a page that a person sees, by the direction of their lines.</summary>
/// <param name="Directions">Glyphs of each direction; the upright ones first.</param>
/// <param name="HiddenCharacters">Characters left out because nobody sees them.</param>
internal sealed record PdfPageGlyphs(IReadOnlyList<List<PdfGlyph>> Directions, int HiddenCharacters)
{
    private const double SmallestSize = 2;
    private const double NearlyWhite = 0.94;

    public static PdfPageGlyphs Of(Page page)
    {
        var letters = page.Letters;
        var invisible = letters.Count(IsUnpainted);

        // The layer that recognition software puts under a scan is invisible, and honest: all of the page's text is.
        var isScanLayer = page.NumberOfImages > 0 && invisible * 10 > letters.Count * 9;
        var backgrounds = letters.Any(IsNearlyWhite) ? DarkAreas(page) : [];
        var directions = new Dictionary<(int, int), List<PdfGlyph>>();
        var seen = new HashSet<(string, long, long)>();
        var hidden = 0;
        foreach (var letter in letters)
        {
            if (IsHidden(page, letter, isScanLayer, backgrounds))
            {
                hidden += letter.Value.Count(c => !char.IsWhiteSpace(c));
                continue;
            }

            // The same letter twice in one place is how some programs print bold.
            var (dx, dy) = Direction(letter);
            var start = letter.StartBaseLine;
            if (!seen.Add((letter.Value, (long)Math.Round(start.X), (long)Math.Round(start.Y))) || letter.Value.Length == 0)
            {
                continue;
            }

            if (!directions.TryGetValue((dx, dy), out var glyphs))
            {
                directions[(dx, dy)] = glyphs = [];
            }

            glyphs.Add(Turn(letter, dx, dy));
        }

        var ordered = directions.OrderByDescending(pair => pair.Key.Item1).ThenByDescending(pair => pair.Key.Item2);
        return new PdfPageGlyphs([.. ordered.Select(pair => pair.Value)], hidden);
    }

    private static bool IsHidden(Page page, Letter letter, bool isScanLayer, List<PdfRectangle> backgrounds)
    {
        if (IsUnpainted(letter))
        {
            return !isScanLayer;
        }

        var centre = letter.BoundingBox.Centroid;
        var area = page.CropBox.Bounds;
        var isOutside = centre.X < 0 || centre.Y < 0 || centre.X > Math.Max(page.Width, area.Width) || centre.Y > Math.Max(page.Height, area.Height);
        return isOutside
            || (letter.PointSize < SmallestSize && letter.BoundingBox.Height < SmallestSize)
            || (IsNearlyWhite(letter) && !backgrounds.Exists(box => Contains(box, letter.StartBaseLine)));
    }

    private static bool IsUnpainted(Letter letter) =>
        letter.RenderingMode is TextRenderingMode.Neither or TextRenderingMode.NeitherClip;

    private static bool IsNearlyWhite(Letter letter) => IsLight(letter.FillColor ?? letter.Color);

    private static bool IsLight(IColor? color)
    {
        if (color is null or PatternColor)
        {
            return false;
        }

        var (red, green, blue) = color.ToRGBValues();
        return red > NearlyWhite && green > NearlyWhite && blue > NearlyWhite;
    }

    /// <summary>Filled areas and pictures on which white letters can be read.</summary>
    private static List<PdfRectangle> DarkAreas(Page page)
    {
        const int MostAreas = 2000;
        var areas = page.Paths
            .Where(path => path.IsFilled && !IsLight(path.FillColor))
            .Take(MostAreas).Select(path => path.GetBoundingRectangle()).OfType<PdfRectangle>().ToList();
        if (page.NumberOfImages is > 0 and < MostAreas)
        {
            areas.AddRange(page.GetImages().Select(image => image.BoundingBox));
        }

        return areas;
    }

    private static bool Contains(PdfRectangle box, PdfPoint point) =>
        point.X >= Math.Min(box.Left, box.Right) - 1 && point.X <= Math.Max(box.Left, box.Right) + 1
        && point.Y >= Math.Min(box.Bottom, box.Top) - 1 && point.Y <= Math.Max(box.Bottom, box.Top) + 1;

    /// <summary>Unit vector of the line, to the nearest right angle.</summary>
    private static (int X, int Y) Direction(Letter letter)
    {
        var (x, y) = (letter.EndBaseLine.X - letter.StartBaseLine.X, letter.EndBaseLine.Y - letter.StartBaseLine.Y);
        if (Math.Abs(x) >= Math.Abs(y))
        {
            return x < 0 && letter.TextOrientation != TextOrientation.Horizontal ? (-1, 0) : (1, 0);
        }

        return y < 0 ? (0, -1) : (0, 1);
    }

    private static PdfGlyph Turn(Letter letter, int dx, int dy)
    {
        var (start, end) = (letter.StartBaseLine, letter.EndBaseLine);
        var left = (start.X * dx) + (start.Y * dy);
        var right = (end.X * dx) + (end.Y * dy);
        var baseline = (start.Y * dx) - (start.X * dy);
        var size = letter.PointSize > 0 ? letter.PointSize : Math.Max(1, letter.FontSize);
        return new PdfGlyph(
            Letters(letter.Value), Math.Min(left, right), Math.Max(left, right), baseline, size,
            letter.FontName?.Contains("bold", StringComparison.OrdinalIgnoreCase) == true);
    }

    /// <summary>Ligatures as their letters, so that words can be found.</summary>
    private static string Letters(string value) => value switch
    {
        "ﬀ" => "ff",
        "ﬁ" => "fi",
        "ﬂ" => "fl",
        "ﬃ" => "ffi",
        "ﬄ" => "ffl",
        "ﬅ" or "ﬆ" => "st",
        "\0" => "",
        _ => value,
    };
}
