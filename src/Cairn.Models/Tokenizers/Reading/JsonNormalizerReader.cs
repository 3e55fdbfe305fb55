using Cairn.Models.Tokenizers.Normalization;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Reads <c>normalizer</c>: one step or a sequence of them.</summary>
internal static class JsonNormalizerReader
{
    private const string Supported =
        "Sequence, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, BertNormalizer, Prepend, Replace, Precompiled, Strip, Nmt";

    public static IReadOnlyList<Normalizer> Read(JsonSection section) => section.GetString("type") switch
    {
        "Sequence" => [.. section.Get("normalizers").Items().SelectMany(Read)],
        "NFC" => [new UnicodeNormalizer(UnicodeForm.Nfc)],
        "NFD" => [new UnicodeNormalizer(UnicodeForm.Nfd)],
        "NFKC" => [new UnicodeNormalizer(UnicodeForm.Nfkc)],
        "NFKD" => [new UnicodeNormalizer(UnicodeForm.Nfkd)],
        "Lowercase" => [new LowercaseNormalizer()],
        "StripAccents" => [new StripAccentsNormalizer()],
        "BertNormalizer" => ReadBert(section),
        "Prepend" => [new PrependNormalizer(section.GetString("prepend"))],
        "Replace" => [ReadReplace(section)],
        "Strip" => [new StripNormalizer(section.GetBoolean("strip_left", true), section.GetBoolean("strip_right", true))],
        "Nmt" => [new NmtNormalizer()],
        "Precompiled" => ReadCharacterMap(section),
        var type => throw section.Unsupported($"normalizer '{type}'", Supported),
    };

    /// <summary>BERT's steps in its order; accents go with upper case unless the file says otherwise.</summary>
    public static IReadOnlyList<Normalizer> MakeBert(
        bool cleansText, bool separatesChinese, bool stripsAccents, bool lowercases)
    {
        var steps = new List<Normalizer>();
        if (cleansText || separatesChinese) steps.Add(new BertCleaner(cleansText, separatesChinese));
        if (stripsAccents) steps.AddRange([new UnicodeNormalizer(UnicodeForm.Nfd), new StripAccentsNormalizer()]);
        if (lowercases) steps.Add(new LowercaseNormalizer());
        return steps;
    }

    private static IReadOnlyList<Normalizer> ReadBert(JsonSection section)
    {
        var lowercases = section.GetBoolean("lowercase", true);
        return MakeBert(
            section.GetBoolean("clean_text", true),
            section.GetBoolean("handle_chinese_chars", true),
            section.GetBoolean("strip_accents", lowercases),
            lowercases);
    }

    private static IReadOnlyList<Normalizer> ReadCharacterMap(JsonSection section)
    {
        if (section.Find("precompiled_charsmap") is not { } value) return [];

        var blob = value.AsBytes();
        return blob.Length == 0
            ? []
            : [new CharacterMapNormalizer(CharacterMap.Parse(
                blob, (problem, expected) => value.Error(ModelFormatError.BadMetadata, problem, expected)))];
    }

    private static Normalizer ReadReplace(JsonSection section)
    {
        var pattern = section.Get("pattern");
        var content = section.GetString("content");
        if (pattern.Find("String") is { } text && text.AsString() is { Length: > 0 } literal)
        {
            return new ReplaceNormalizer(literal, content);
        }

        // The expression that published files use here, done by hand.
        var expression = pattern.GetString("Regex");
        return expression == " {2,}" && content == " "
            ? new CollapseSpacesNormalizer()
            : new ReplaceExpressionNormalizer(JsonPreTokenizerReader.ReadExpression(pattern, expression), content);
    }
}
