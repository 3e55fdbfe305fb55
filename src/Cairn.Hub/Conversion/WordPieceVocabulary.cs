using System.Text.Json;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;

namespace Cairn.Hub.Conversion;

/// <summary>A BERT vocabulary in GGUF's form.</summary>
/// <remarks>
/// GGUF marks the beginning of a word with ▁ where WordPiece marks its continuation with ##, so <c>##ing</c> becomes
/// <c>ing</c> and <c>in</c> becomes <c>▁in</c>. Control tokens keep their text.
/// </remarks>
internal sealed class WordPieceVocabulary
{
    private const string Continuation = "##";
    private const string WordStart = "\u2581";

    private readonly TokenizerJson _tokenizer;
    private readonly bool _isLowercase;
    private readonly ModelFolderFile _config;

    private WordPieceVocabulary(TokenizerJson tokenizer, bool isLowercase, ModelFolderFile config) =>
        (_tokenizer, _isLowercase, _config) = (tokenizer, isLowercase, config);

    /// <summary>Reads tokenizer.json and tokenizer_config.json.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="size">Rows of the token embedding.</param>
    /// <exception cref="ModelFormatException">The tokenizer is missing, broken or no plain BERT WordPiece.</exception>
    public static WordPieceVocabulary Read(ModelFolder folder, int size)
    {
        var tokenizer = TokenizerJson.Read(folder, size, "WordPiece");
        TokenizerJson.RequireText(tokenizer.File, tokenizer.Model, "continuing_subword_prefix", Continuation);
        return new WordPieceVocabulary(tokenizer, ReadIsLowercase(tokenizer.File), folder.ReadRequired("tokenizer_config.json"));
    }

    /// <summary>Writes the tokenizer's keys.</summary>
    public void Write(GgufWriter writer, int tokenTypeCount)
    {
        writer.Add("tokenizer.ggml.token_type_count", (uint)tokenTypeCount);
        writer.Add("tokenizer.ggml.model", "bert");
        writer.Add("tokenizer.ggml.tokens", [.. _tokenizer.Texts.Select((text, id) => ToGguf(text, _tokenizer.Types[id]))]);
        writer.Add("tokenizer.ggml.token_type", _tokenizer.Types);
        EncoderTokens.Write(writer, _tokenizer, _config, doublesSeparator: false);
        writer.Add("tokenizer.ggml.normalizer.lowercase", _isLowercase);
    }

    private static string ToGguf(string token, int type) =>
        type == TokenizerJson.Control ? token
        : token.StartsWith(Continuation, StringComparison.Ordinal) ? token[Continuation.Length..]
        : WordStart + token;

    /// <summary>GGUF can say only whether text is lower-cased; the rest of the normaliser must be BERT's default.</summary>
    private static bool ReadIsLowercase(ModelFolderFile file)
    {
        var normalizer = TokenizerJson.Member(file, file.Root, "normalizer", JsonValueKind.Object);
        TokenizerJson.RequireText(file, normalizer, "type", "BertNormalizer");
        var isLowercase = TokenizerJson.IsTrue(normalizer, "lowercase", absent: true);
        var isPlain = TokenizerJson.IsTrue(normalizer, "clean_text", absent: true)
            && TokenizerJson.IsTrue(normalizer, "handle_chinese_chars", absent: true)
            && TokenizerJson.IsTrue(normalizer, "strip_accents", absent: isLowercase) == isLowercase;
        return isPlain ? isLowercase : throw TokenizerJson.Bad(
            file, ModelFormatError.Unsupported, "the normaliser has settings that GGUF cannot hold (clean_text, handle_chinese_chars, strip_accents)");
    }
}
