using System.Globalization;
using System.Text.Json;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;

namespace Cairn.Hub.Conversion;

/// <summary>A SentencePiece BPE vocabulary (Llama 2, Mistral, Gemma) in GGUF's form: every token with a score.</summary>
/// <remarks>
/// tokenizer.json lists merges; SentencePiece joins the two neighbours whose joined token has the highest score. A token's
/// score is therefore minus the rank of its first merge. That gives the same ids if every way to cut a token in two
/// tokens is a merge, and all merges that make a token stand together, which is checked.
/// </remarks>
internal sealed class SentencePieceVocabulary
{
    private const int UnknownType = 2;
    private const int ByteType = 6;
    private const string Space = "\u2581";

    private readonly TokenizerJson _tokenizer;
    private readonly ModelFolderFile _config;
    private readonly float[] _scores;
    private readonly bool _addsSpace;
    private readonly DecoderTokens _decoderTokens;

    private SentencePieceVocabulary(TokenizerJson tokenizer, ModelFolder folder)
    {
        (_tokenizer, _config, _decoderTokens) = (tokenizer, folder.ReadRequired("tokenizer_config.json"), new DecoderTokens(folder));
        MarkTypes();
        _scores = ReadScores();
        _addsSpace = ReadAddsSpace();
    }

    /// <summary>Reads tokenizer.json and tokenizer_config.json.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="size">Rows of the token embedding.</param>
    /// <exception cref="ModelFormatException">The tokenizer is missing or broken, or GGUF cannot say what it does.</exception>
    public static SentencePieceVocabulary Read(ModelFolder folder, int size) => new(TokenizerJson.Read(folder, size, "BPE"), folder);

    /// <summary>Whether a folder's BPE is of this kind: characters it does not know become bytes.</summary>
    public static bool IsKind(ModelFolder folder) =>
        folder.ReadOptional("tokenizer.json", TokenizerJson.MaximumBytes) is { } file
        && file.TryGet("model", out var model) && model.ValueKind == JsonValueKind.Object
        && TokenizerJson.IsTrue(model, "byte_fallback", absent: false);

    /// <summary>Writes the tokenizer's keys.</summary>
    public void Write(GgufWriter writer)
    {
        writer.Add("tokenizer.ggml.model", "llama");
        writer.Add("tokenizer.ggml.pre", "default");
        writer.Add("tokenizer.ggml.tokens", _tokenizer.Texts);
        writer.Add("tokenizer.ggml.scores", _scores);
        writer.Add("tokenizer.ggml.token_type", _tokenizer.Types);
        writer.Add("tokenizer.ggml.add_space_prefix", _addsSpace);
        _decoderTokens.Write(writer, _tokenizer.FindSpecial(_config, ByteLevelVocabulary.SpecialTokens));
    }

    private void MarkTypes()
    {
        for (var id = 0; id < _tokenizer.Texts.Length; id++)
        {
            if (_tokenizer.Types[id] == TokenizerJson.Normal && IsByte(_tokenizer.Texts[id])) _tokenizer.Types[id] = ByteType;
        }

        if (_tokenizer.Model.TryGetProperty("unk_token", out var unknown) && unknown.ValueKind == JsonValueKind.String
            && Array.IndexOf(_tokenizer.Texts, unknown.GetString()) is >= 0 and var index)
        {
            _tokenizer.Types[index] = UnknownType;
        }
    }

    private static bool IsByte(string token) =>
        token is ['<', '0', 'x', _, _, '>'] && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);

    private float[] ReadScores()
    {
        var merges = ByteLevelVocabulary.ReadMerges(_tokenizer);
        var rankOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var pairs = new HashSet<string>(StringComparer.Ordinal);
        var previous = "";
        foreach (var merge in merges)
        {
            var token = merge.Replace(" ", "", StringComparison.Ordinal);
            if (token != previous && !rankOf.TryAdd(token, rankOf.Count)) throw Unsupported($"the merges of '{token}' do not stand together");

            previous = token;
            pairs.Add(merge);
        }

        var scores = new float[_tokenizer.Texts.Length];
        var known = Enumerable.Range(0, scores.Length).Where(IsMatchable).Select(id => _tokenizer.Texts[id]).ToHashSet(StringComparer.Ordinal);
        for (var id = 0; id < scores.Length; id++)
        {
            if (!IsMatchable(id)) continue;

            var token = _tokenizer.Texts[id];
            scores[id] = -(rankOf.TryGetValue(token, out var rank) ? rank : rankOf.Count);
            if (_tokenizer.Types[id] != TokenizerJson.UserDefined) RequireAllCuts(token, known, pairs);
        }

        return scores;
    }

    private bool IsMatchable(int id) => _tokenizer.Types[id] is TokenizerJson.Normal or TokenizerJson.UserDefined;

    private void RequireAllCuts(string token, HashSet<string> known, HashSet<string> pairs)
    {
        for (var cut = 1; cut < token.Length; cut++)
        {
            var (left, right) = (token[..cut], token[cut..]);
            if (known.Contains(left) && known.Contains(right) && !pairs.Contains($"{left} {right}"))
                throw Unsupported($"'{left}' and '{right}' make a token but are no merge");
        }
    }

    /// <summary>Whether a space goes before the text; spaces become U+2581 in any case.</summary>
    private bool ReadAddsSpace()
    {
        var (prepends, replaces) = (false, false);
        foreach (var step in _tokenizer.Steps("normalizer", "normalizers"))
        {
            switch (TokenizerJson.Text(step, "type"))
            {
                case "Prepend" when TokenizerJson.Text(step, "prepend") == Space:
                    prepends = true;
                    break;
                case "Replace" when step.TryGetProperty("pattern", out var pattern) && TokenizerJson.Text(pattern, "String") == " " && TokenizerJson.Text(step, "content") == Space:
                    replaces = true;
                    break;
                case var other:
                    throw Unsupported($"normaliser '{other}'");
            }
        }

        foreach (var step in _tokenizer.Steps("pre_tokenizer", "pretokenizers"))
        {
            switch (TokenizerJson.Text(step, "type"))
            {
                case "Metaspace" when !TokenizerJson.IsTrue(step, "split", absent: true):
                    replaces = true;
                    prepends = (TokenizerJson.Text(step, "prepend_scheme") ?? (TokenizerJson.IsTrue(step, "add_prefix_space", absent: true) ? "always" : "never")) != "never";
                    break;
                case "Split" when replaces && step.TryGetProperty("pattern", out var pattern) && TokenizerJson.Text(pattern, "String") == " ":
                    break; // no space is left to cut at
                case var other:
                    throw Unsupported($"pre-tokeniser '{other}'");
            }
        }

        return replaces ? prepends : throw Unsupported("spaces that stay spaces");
    }

    private ModelFormatException Unsupported(string what) => new(
        ModelFormatError.Unsupported, _tokenizer.File.Path, "GGUF cannot say what this SentencePiece tokenizer does",
        "spaces as U+2581, merges by token", what);
}
