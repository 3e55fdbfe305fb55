namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Metadata keys of a GGUF file that describe its tokenizer, with the format's own spelling mistakes.</summary>
internal static class GgufTokenizerKeys
{
    public const string Model = "tokenizer.ggml.model";
    public const string PreTokenizer = "tokenizer.ggml.pre";
    public const string Tokens = "tokenizer.ggml.tokens";
    public const string Scores = "tokenizer.ggml.scores";
    public const string TokenTypes = "tokenizer.ggml.token_type";
    public const string Merges = "tokenizer.ggml.merges";
    public const string BosId = "tokenizer.ggml.bos_token_id";
    public const string EosId = "tokenizer.ggml.eos_token_id";
    public const string PaddingId = "tokenizer.ggml.padding_token_id";
    public const string UnknownId = "tokenizer.ggml.unknown_token_id";
    public const string ClsId = "tokenizer.ggml.cls_token_id";
    public const string SeparatorId = "tokenizer.ggml.seperator_token_id";
    public const string AddBos = "tokenizer.ggml.add_bos_token";
    public const string AddEos = "tokenizer.ggml.add_eos_token";
    public const string AddSeparator = "tokenizer.ggml.add_sep_token";
    public const string TokenTypeCount = "tokenizer.ggml.token_type_count";
    public const string AddSpacePrefix = "tokenizer.ggml.add_space_prefix";
    public const string RemoveExtraSpaces = "tokenizer.ggml.remove_extra_whitespaces";
    public const string CharacterMap = "tokenizer.ggml.precompiled_charsmap";
    public const string Lowercase = "tokenizer.ggml.normalizer.lowercase";
    public const string StripAccents = "tokenizer.ggml.normalizer.strip_accents";

    /// <summary>Tokens that end a turn or a message.</summary>
    public static readonly IReadOnlyList<string> EndIds =
        ["tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"];
}
