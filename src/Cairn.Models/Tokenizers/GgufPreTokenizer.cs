using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cairn.Models.Tokenizers.PreTokenizers;

namespace Cairn.Models.Tokenizers;

/// <summary>Finds GGUF's word (<c>tokenizer.ggml.pre</c>) for the way in which a <c>tokenizer.json</c> cuts text.</summary>
public static partial class GgufPreTokenizer
{
    /// <summary>The words that can be found, for messages.</summary>
    public static string Names { get; } = string.Join(", ", PreTokenizerCatalog.All.Select(known => known.Name));

    /// <summary>Finds the word of a byte-level tokenizer.</summary>
    /// <param name="tokenizerJson">The file's root.</param>
    /// <param name="name">GGUF's word.</param>
    /// <returns>Whether there is one that means exactly what the file says.</returns>
    public static bool TryFind(JsonElement tokenizerJson, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (tokenizerJson.ValueKind != JsonValueKind.Object || !TryReadComposes(tokenizerJson, out var composes)) return false;
        if (!TryReadSteps(tokenizerJson, out var isolatesDigits, out var expressions)) return false;

        var takesWholePieces = tokenizerJson.TryGetProperty("model", out var model) && IsTrue(model, "ignore_merges", absent: false);
        name = PreTokenizerCatalog.All.FirstOrDefault(known =>
            known.PreTokenizer.IsolatesDigits == isolatesDigits
            && known.PreTokenizer.Composes == composes
            && known.PreTokenizer.TakesWholePieces == takesWholePieces
            && known.PreTokenizer.Expressions.Select(Unescape).SequenceEqual(expressions.Select(Unescape), StringComparer.Ordinal)).Name;
        return name is not null;
    }

    /// <summary>Composition (NFC) is the one way of preparing text that goes with these words.</summary>
    private static bool TryReadComposes(JsonElement root, out bool composes)
    {
        composes = root.TryGetProperty("normalizer", out var normalizer) && Text(normalizer, "type") == "NFC";
        return composes || normalizer.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
    }

    private static bool TryReadSteps(JsonElement root, out bool isolatesDigits, out List<string> expressions)
    {
        (isolatesDigits, expressions) = (false, []);
        if (!root.TryGetProperty("pre_tokenizer", out var whole)) return false;

        JsonElement[] steps = whole.ValueKind == JsonValueKind.Object
            && whole.TryGetProperty("pretokenizers", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [whole];
        if (Text(steps[^1], "type") != "ByteLevel" || IsTrue(steps[^1], "add_prefix_space", absent: true)) return false;

        var usesRule = IsTrue(steps[^1], "use_regex", absent: true);
        if (steps.Length == 1) return usesRule;
        if (steps.Length == 2 && Text(steps[0], "type") == "Digits")
        {
            isolatesDigits = true;
            return usesRule && IsTrue(steps[0], "individual_digits", absent: false);
        }

        foreach (var step in steps.SkipLast(1))
        {
            var isPlain = Text(step, "type") == "Split" && Text(step, "behavior") == "Isolated" && !IsTrue(step, "invert", absent: false);
            if (!isPlain || !step.TryGetProperty("pattern", out var pattern) || Text(pattern, "Regex") is not { } expression) return false;

            expressions.Add(expression);
        }

        return !usesRule;
    }

    /// <summary>Expressions with every code point written as itself, so that two ways of writing it compare as equal.</summary>
    private static string Unescape(string expression) => CodePoint().Replace(
        expression, match => char.ConvertFromUtf32(int.Parse(
            match.Groups[1].Success ? match.Groups[1].ValueSpan : match.Groups[2].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));

    private static string? Text(JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool IsTrue(JsonElement element, string key, bool absent) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value)
            && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.ValueKind == JsonValueKind.True
            : absent;

    [GeneratedRegex(@"\\u((?!D[89A-F])[0-9A-F]{4})|\\x\{([0-9A-F]{1,5})\}")]
    private static partial Regex CodePoint();
}
