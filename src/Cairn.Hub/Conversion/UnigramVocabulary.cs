using System.Text.Json;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;

namespace Cairn.Hub.Conversion;

/// <summary>A SentencePiece Unigram vocabulary (XLM-R) in GGUF's form: pieces, their scores, and how text is prepared.</summary>
internal sealed class UnigramVocabulary
{
    private const int UnknownType = 2;

    private readonly TokenizerJson _tokenizer;
    private readonly ModelFolderFile _config;
    private readonly float[] _scores;
    private readonly byte[] _characterMap;
    private readonly bool _collapsesSpaces;
    private readonly bool _addsSpace;

    private UnigramVocabulary(TokenizerJson tokenizer, ModelFolderFile config, int size)
    {
        (_tokenizer, _config) = (tokenizer, config);
        _scores = ReadScores(tokenizer, size);
        if (TokenizerJson.IsTrue(tokenizer.Model, "byte_fallback", absent: false)) throw Unsupported("byte_fallback");
        if (tokenizer.Model.TryGetProperty("unk_id", out var unknown) && unknown.TryGetInt32(out var id) && id >= 0 && id < size)
        {
            tokenizer.Types[id] = UnknownType;
        }

        (_characterMap, _collapsesSpaces) = ReadNormalizer();
        (_addsSpace, var splitsAtSpaces) = ReadPreTokenizer();
        _collapsesSpaces |= splitsAtSpaces;
    }

    /// <summary>Reads tokenizer.json and tokenizer_config.json.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="size">Rows of the token embedding.</param>
    /// <exception cref="ModelFormatException">The tokenizer is missing or broken, or prepares text in a way that GGUF cannot say.</exception>
    public static UnigramVocabulary Read(ModelFolder folder, int size) =>
        new(TokenizerJson.Read(folder, size, "Unigram"), folder.ReadRequired("tokenizer_config.json"), size);

    /// <summary>Writes the tokenizer's keys.</summary>
    /// <param name="writer">Destination.</param>
    /// <param name="tokenTypeCount">Token types of the model.</param>
    /// <param name="doublesSeparator">Whether two texts have two separators between them.</param>
    public void Write(GgufWriter writer, int tokenTypeCount, bool doublesSeparator)
    {
        writer.Add("tokenizer.ggml.model", "t5");
        writer.Add("tokenizer.ggml.pre", "default");
        writer.Add("tokenizer.ggml.tokens", _tokenizer.Texts);
        writer.Add("tokenizer.ggml.scores", _scores);
        writer.Add("tokenizer.ggml.token_type", _tokenizer.Types);
        writer.Add("tokenizer.ggml.add_space_prefix", _addsSpace);
        writer.Add("tokenizer.ggml.token_type_count", (uint)tokenTypeCount);
        writer.Add("tokenizer.ggml.remove_extra_whitespaces", _collapsesSpaces);
        if (_characterMap.Length > 0) writer.AddBytes("tokenizer.ggml.precompiled_charsmap", _characterMap);
        EncoderTokens.Write(writer, _tokenizer, _config, doublesSeparator);
    }

    private static float[] ReadScores(TokenizerJson tokenizer, int size)
    {
        var scores = new float[size];
        var id = 0;
        foreach (var piece in TokenizerJson.Member(tokenizer.File, tokenizer.Model, "vocab", JsonValueKind.Array).EnumerateArray())
        {
            var isNumber = piece[1].ValueKind == JsonValueKind.Number && piece[1].TryGetSingle(out scores[id]) && float.IsFinite(scores[id]);
            if (!isNumber) throw TokenizerJson.Bad(tokenizer.File, ModelFormatError.BadConfig, $"the score of token {id} is no number");

            id++;
        }

        return scores;
    }

    /// <summary>A map of characters, and perhaps the rule that spaces in a row are one.</summary>
    private (byte[] Map, bool CollapsesSpaces) ReadNormalizer()
    {
        var (map, collapses) = (Array.Empty<byte>(), false);
        foreach (var part in _tokenizer.Steps("normalizer", "normalizers"))
        {
            switch (TokenizerJson.Text(part, "type"))
            {
                case "Precompiled" when TokenizerJson.Text(part, "precompiled_charsmap") is { } encoded:
                    map = Decode(encoded);
                    break;
                case "Replace" when part.TryGetProperty("pattern", out var pattern) && TokenizerJson.Text(pattern, "Regex") == " {2,}":
                    collapses = true;
                    break;
                case "Strip":
                    break; // removing extra spaces includes those at the ends
                case var other:
                    throw Unsupported($"normaliser '{other}'");
            }
        }

        return (map, collapses);
    }

    private (bool AddsSpace, bool SplitsAtSpaces) ReadPreTokenizer()
    {
        var (adds, splits) = (false, false);
        foreach (var part in _tokenizer.Steps("pre_tokenizer", "pretokenizers"))
        {
            switch (TokenizerJson.Text(part, "type"))
            {
                case "Metaspace":
                    adds = (TokenizerJson.Text(part, "prepend_scheme") ?? (TokenizerJson.IsTrue(part, "add_prefix_space", absent: true) ? "always" : "never")) != "never";
                    break;
                case "WhitespaceSplit":
                    splits = true;
                    break;
                case var other:
                    throw Unsupported($"pre-tokeniser '{other}'");
            }
        }

        return (adds, splits);
    }

    private byte[] Decode(string encoded)
    {
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length)
            ? bytes[..length]
            : throw TokenizerJson.Bad(_tokenizer.File, ModelFormatError.BadConfig, "'precompiled_charsmap' is no base64");
    }

    private ModelFormatException Unsupported(string what) => new(
        ModelFormatError.Unsupported, _tokenizer.File.Path, "the tokenizer prepares text in a way that GGUF cannot say",
        "Precompiled, perhaps with ' {2,}', and Metaspace, perhaps with WhitespaceSplit", what);
}
