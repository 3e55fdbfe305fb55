using System.Globalization;
using System.Text;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Tokens;

namespace Cairn.Retrieval.Reading.Pdf;

/// <summary>Page numbers as the document prints them (ISO 32000-2, 12.4.2).</summary>
internal static class PdfPageLabels
{
    private const int MostNodes = 10_000;

    /// <summary>One label for each page; the plain number where the file names none.</summary>
    public static string[] Read(PdfDocument pdf, int pages)
    {
        var labels = new string[pages];
        var ranges = new SortedDictionary<int, DictionaryToken>();
        var nodes = 0;
        if (pdf.Structure.Catalog.CatalogDictionary.TryGet(NameToken.Create("PageLabels"), out var root))
        {
            Collect(root, 0);
        }

        var starts = ranges.Keys.Where(start => start >= 0 && start < pages).ToList();
        for (var page = 0; page < pages; page++)
        {
            labels[page] = (page + 1).ToString(CultureInfo.InvariantCulture);
        }

        for (var i = 0; i < starts.Count; i++)
        {
            var end = i + 1 < starts.Count ? starts[i + 1] : pages;
            for (var page = starts[i]; page < end; page++)
            {
                labels[page] = Label(ranges[starts[i]], page - starts[i]);
            }
        }

        return labels;

        void Collect(IToken token, int depth)
        {
            const int Deepest = 16;
            if (Resolve(token) is not DictionaryToken node || depth > Deepest || ++nodes > MostNodes)
            {
                return;
            }

            if (node.TryGet(NameToken.Create("Nums"), out var nums) && Resolve(nums) is ArrayToken pairs)
            {
                for (var i = 0; i + 1 < pairs.Length; i += 2)
                {
                    if (Resolve(pairs.Data[i]) is NumericToken start && Resolve(pairs.Data[i + 1]) is DictionaryToken range)
                    {
                        ranges[start.Int] = range;
                    }
                }
            }

            if (node.TryGet(NameToken.Create("Kids"), out var kids) && Resolve(kids) is ArrayToken children)
            {
                foreach (var child in children.Data)
                {
                    Collect(child, depth + 1);
                }
            }
        }

        IToken? Resolve(IToken? token) =>
            token is IndirectReferenceToken reference ? pdf.Structure.GetObject(reference.Data)?.Data : token;
    }

    private static string Label(DictionaryToken range, int offset)
    {
        var prefix = range.TryGet(NameToken.Create("P"), out var text)
            ? text switch
            {
                StringToken plain => plain.Data,
                HexToken hex => hex.Data,
                _ => "",
            }
            : "";
        var first = range.TryGet(NameToken.Create("St"), out var start) && start is NumericToken number ? number.Int : 1;
        var style = range.TryGet(NameToken.Create("S"), out var name) && name is NameToken kind ? kind.Data : "";
        return prefix + Number(style, Math.Max(1, first) + offset);
    }

    private static string Number(string style, int number) => style switch
    {
        "D" => number.ToString(CultureInfo.InvariantCulture),
        "R" => Roman(number),
        "r" => Roman(number).ToLowerInvariant(),
        "A" => Letters(number),
        "a" => Letters(number).ToLowerInvariant(),
        _ => "",
    };

    private static string Roman(int number)
    {
        (int Value, string Sign)[] signs =
        [
            (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
            (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
        ];
        const int Largest = 10_000;
        var text = new StringBuilder();
        foreach (var (value, sign) in signs)
        {
            for (; number >= value && number < Largest; number -= value)
            {
                text.Append(sign);
            }
        }

        return text.ToString();
    }

    /// <summary>A to Z, then AA to ZZ, then AAA.</summary>
    private static string Letters(int number)
    {
        const int Most = 50;
        return new string((char)('A' + ((number - 1) % 26)), Math.Min(Most, ((number - 1) / 26) + 1));
    }
}
