using System.Globalization;
using System.Text;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>C's <c>strftime</c> in the C locale, as Python's <c>datetime.strftime</c> has it on Linux.</summary>
internal static class StrfTime
{
    /// <summary>Formats a moment; <c>%-d</c> and the like drop the padding, unknown codes stay as written.</summary>
    public static string Format(DateTimeOffset time, string format)
    {
        var result = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                result.Append(format[i]);
                continue;
            }

            var flag = format[i + 1] is '-' or '_' or '0' or '^' && i + 2 < format.Length ? format[++i] : '\0';
            var code = format[++i];
            var text = Field(time, code);
            result.Append(text is null ? $"%{(flag == '\0' ? "" : flag)}{code}" : Apply(flag, text));
        }

        return result.ToString();
    }

    private static string Apply(char flag, string text) => flag switch
    {
        '-' => Unpadded(text),
        '_' => Unpadded(text).PadLeft(text.Length),
        '0' => text.Replace(' ', '0'),
        '^' => text.ToUpperInvariant(),
        _ => text,
    };

    private static string Unpadded(string text) => text.TrimStart('0', ' ') is { Length: > 0 } rest ? rest : text[^1..];

    private static string? Field(DateTimeOffset time, char code) => code switch
    {
        'a' => Invariant(time, "ddd"),
        'A' => Invariant(time, "dddd"),
        'b' or 'h' => Invariant(time, "MMM"),
        'B' => Invariant(time, "MMMM"),
        'c' => Format(time, "%a %b %e %H:%M:%S %Y"),
        'C' => Padded(time.Year / 100, 2),
        'd' => Padded(time.Day, 2),
        'D' or 'x' => Format(time, "%m/%d/%y"),
        'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'f' => Invariant(time, "ffffff"),
        'F' => Format(time, "%Y-%m-%d"),
        'g' => Padded(ISOWeek.GetYear(time.DateTime) % 100, 2),
        'G' => Padded(ISOWeek.GetYear(time.DateTime), 1),
        'H' => Padded(time.Hour, 2),
        'I' => Padded(Hour12(time), 2),
        'j' => Padded(time.DayOfYear, 3),
        'k' => time.Hour.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'l' => Hour12(time).ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'm' => Padded(time.Month, 2),
        'M' => Padded(time.Minute, 2),
        'n' => "\n",
        'p' => time.Hour < 12 ? "AM" : "PM",
        'P' => time.Hour < 12 ? "am" : "pm",
        'r' => Format(time, "%I:%M:%S %p"),
        'R' => Format(time, "%H:%M"),
        's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        'S' => Padded(time.Second, 2),
        't' => "\t",
        'T' or 'X' => Format(time, "%H:%M:%S"),
        'u' => Padded(time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek, 1),
        'U' => Padded((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7, 2),
        'V' => Padded(ISOWeek.GetWeekOfYear(time.DateTime), 2),
        'w' => Padded((int)time.DayOfWeek, 1),
        'W' => Padded((time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7, 2),
        'y' => Padded(time.Year % 100, 2),
        'Y' => Padded(time.Year, 1),

        // The reference formats a time without a zone, for which both are empty.
        'z' or 'Z' => "",
        '%' => "%",
        _ => null,
    };

    private static int Hour12(DateTimeOffset time) => ((time.Hour + 11) % 12) + 1;

    private static string Padded(int number, int width) =>
        number.ToString("D" + width, CultureInfo.InvariantCulture);

    private static string Invariant(DateTimeOffset time, string format) =>
        time.ToString(format, CultureInfo.InvariantCulture);
}
