namespace Cairn.Models.Tokenizers.Reading;

/// <summary>How a GGUF file's tokenizer puts two texts together.</summary>
/// <remarks>
/// GGUF has no template, only flags: the texts follow each other, each with what follows one text, and with the separator
/// between them where <c>add_sep_token</c> is set (RoBERTa's doubled separator; older files of that family lack the flag).
/// Models with two token types see the second text as type 1.
/// </remarks>
internal static class GgufPairTemplate
{
    /// <summary>The template, or null for a tokenizer that ends no sequence: that of a decoder.</summary>
    /// <param name="source">The file's vocabulary and keys.</param>
    /// <param name="prefix">Ids before one text.</param>
    /// <param name="suffix">Ids after one text.</param>
    public static PairTemplate? Make(GgufVocabulary source, int[] prefix, int[] suffix)
    {
        if (suffix.Length == 0) return null;

        var separator = source.ReadId(GgufTokenizerKeys.SeparatorId) ?? suffix[^1];
        var isDoubled = source.ReadFlag(GgufTokenizerKeys.AddSeparator, absent: IsRoberta(source));
        var second = source.Metadata.TryGetUInt32(GgufTokenizerKeys.TokenTypeCount, out var types) && types > 1 ? 1 : 0;
        return new PairTemplate(
        [
            .. Special(prefix, 0), new(PairPart.First, 0, 0), .. Special(suffix, 0),
            .. Special(isDoubled ? [separator] : [], 0), new(PairPart.Second, 0, second), .. Special(suffix, second),
        ]);
    }

    /// <summary>RoBERTa and XLM-R call their architecture bert, but have no WordPiece vocabulary.</summary>
    private static bool IsRoberta(GgufVocabulary source) =>
        source.Metadata.TryGetString("general.architecture", out var architecture) && architecture == "bert"
        && source.Metadata.TryGetString(GgufTokenizerKeys.Model, out var kind) && kind != "bert";

    private static IEnumerable<PairTemplateItem> Special(int[] ids, int type) =>
        ids.Select(id => new PairTemplateItem(PairPart.Special, id, type));
}
