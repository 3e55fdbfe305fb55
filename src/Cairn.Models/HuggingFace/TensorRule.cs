using System.Globalization;

namespace Cairn.Models.HuggingFace;

/// <summary>One line of a family's table: a name of the folder, the canonical name, and what happens between them.</summary>
/// <param name="HuggingFace">
/// Name in the folder without <c>.weight</c> or <c>.bias</c>; <c>*</c> at its start stands for the base model's prefix,
/// <c>{n}</c> for the layer, <c>{e}</c> for the expert.
/// </param>
/// <param name="Canonical">GGUF's name, with <c>{n}</c> for the layer.</param>
/// <param name="Layout">How the values change.</param>
internal sealed record TensorRule(string HuggingFace, string Canonical, TensorLayout Layout = TensorLayout.Same)
{
    /// <summary>Stands for the number of a layer.</summary>
    public const string Layer = "{n}";

    /// <summary>Stands for the number of an expert.</summary>
    public const string Expert = "{e}";

    /// <summary>Stands for the base model's prefix.</summary>
    public const char Prefix = '*';

    /// <summary>A pattern with its numbers put in.</summary>
    public static string Fill(string pattern, int? layer) => layer is { } number
        ? pattern.Replace(Layer, number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        : pattern;

    /// <summary>Compares a name with a pattern and reads the numbers in it.</summary>
    /// <param name="pattern">Text with <c>{n}</c> and <c>{e}</c>.</param>
    /// <param name="name">The whole name.</param>
    /// <param name="layer">The layer's number, if the pattern has one.</param>
    /// <param name="expert">The expert's number, if the pattern has one.</param>
    public static bool TryMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name, out int? layer, out int? expert)
    {
        (layer, expert) = (null, null);
        while (true)
        {
            var brace = pattern.IndexOf('{');
            if (brace < 0) return name.SequenceEqual(pattern);
            if (!name.StartsWith(pattern[..brace]) || !TryReadNumber(name[brace..], out var number, out var digits)) return false;

            if (pattern[brace..].StartsWith(Layer)) layer = number;
            else expert = number;
            pattern = pattern[(brace + Layer.Length)..];
            name = name[(brace + digits)..];
        }
    }

    /// <summary>Reads digits as a model's author writes them: no sign, no leading zero.</summary>
    private static bool TryReadNumber(ReadOnlySpan<char> text, out int number, out int digits)
    {
        digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = text.Length;
        number = 0;
        return digits > 0 && (digits == 1 || text[0] != '0')
            && int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
