using System.Globalization;
using System.Text;

namespace Cairn.Retrieval.Reading.Pdf;

/// <summary>Turns a line of Arabic or Hebrew, collected from left to right, into the order in which it is read.</summary>
internal static class RightToLeft
{
    public static string ToLogicalOrder(string line)
    {
        if (line.Count(IsRightToLeft) * 2 <= line.Count(char.IsLetter))
        {
            return line;
        }

        var text = new StringBuilder(line.Length);
        var elements = StringInfo.GetTextElementEnumerator(line);
        var parts = new List<string>();
        while (elements.MoveNext())
        {
            parts.Add(elements.GetTextElement());
        }

        for (var i = parts.Count - 1; i >= 0; i--)
        {
            // Numbers and Latin words inside keep their own direction.
            var first = i;
            while (first >= 0 && char.IsLetterOrDigit(parts[first][0]) && !IsRightToLeft(parts[first][0]))
            {
                first--;
            }

            if (first == i)
            {
                text.Append(parts[i]);
                continue;
            }

            text.AppendJoin("", parts.GetRange(first + 1, i - first));
            i = first + 1;
        }

        return text.ToString().Normalize(NormalizationForm.FormKC);
    }

    private static bool IsRightToLeft(char c) =>
        c is (>= '\u0590' and <= '\u08FF') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFC');
}
