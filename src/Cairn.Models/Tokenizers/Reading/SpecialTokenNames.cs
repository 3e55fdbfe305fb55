using System.Text.Json;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Which tokens begin, end and fill sequences.</summary>
/// <remarks>
/// A <c>tokenizer.json</c> does not say; the <c>tokenizer_config.json</c> beside it does. Without one, the tokens put
/// around a sequence and the common names are taken.
/// </remarks>
internal sealed record SpecialTokenNames(int? BosId, int? EosId, int? PadId, int? UnknownId)
{
    private const string ConfigurationName = "tokenizer_config.json";

    private static readonly string[] BosNames = ["<|begin_of_text|>", "<s>", "<bos>", "[CLS]"];
    private static readonly string[] EosNames = ["<|end_of_text|>", "</s>", "<eos>", "[SEP]", "<|endoftext|>"];
    private static readonly string[] PadNames = ["<pad>", "[PAD]", "<|pad|>"];
    private static readonly string[] UnknownNames = ["<unk>", "[UNK]"];

    public static SpecialTokenNames Read(string tokenizerPath, Vocabulary vocabulary, AroundSequence around)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(tokenizerPath))!, ConfigurationName);
        if (!File.Exists(path)) return Resolve(null, vocabulary, around);

        using var document = JsonFile.Open(path, out var root);
        return Resolve(root, vocabulary, around);
    }

    private static SpecialTokenNames Resolve(JsonSection? root, Vocabulary vocabulary, AroundSequence around) => new(
        Named(root, vocabulary, "bos_token", "cls_token") ?? First(around.Prefix) ?? Known(vocabulary, BosNames),
        Named(root, vocabulary, "eos_token", "sep_token") ?? First(around.Suffix) ?? Known(vocabulary, EosNames),
        Named(root, vocabulary, "pad_token") ?? Known(vocabulary, PadNames),
        Named(root, vocabulary, "unk_token") ?? Known(vocabulary, UnknownNames));

    private static int? First(IReadOnlyList<int> ids) => ids.Count > 0 ? ids[0] : null;

    /// <summary>A token is named by its text, or by an object with its text as <c>content</c>.</summary>
    private static int? Named(JsonSection? root, Vocabulary vocabulary, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (root?.Find(key) is not { } value) continue;

            var name = value.Element.ValueKind == JsonValueKind.Object ? value.GetString("content") : value.AsString();
            if (vocabulary.TryGetId(name, out var id)) return id;
        }

        return null;
    }

    private static int? Known(Vocabulary vocabulary, string[] names)
    {
        foreach (var name in names)
        {
            if (vocabulary.TryGetId(name, out var id)
                && vocabulary.GetTokenType(id) is TokenType.Control or TokenType.Unknown)
            {
                return id;
            }
        }

        return null;
    }
}
