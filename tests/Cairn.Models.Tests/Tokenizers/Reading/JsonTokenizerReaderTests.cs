using System.Text.Json.Nodes;
using Cairn.Models.Tokenizers;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.Reading;

public sealed class JsonTokenizerReaderTests
{
    [Fact]
    public void A_word_piece_file_is_read()
    {
        var tokenizer = Read(WordPiece());

        Assert.Equal(["un", "##able", "[UNK]"], tokenizer.Encode("Unable 漢").Select(tokenizer.GetToken));
        Assert.Equal("unable", tokenizer.Decode(tokenizer.Encode("unable")));
    }

    [Fact]
    public void Names_in_the_configuration_beside_the_file_decide_special_ids()
    {
        var tokenizer = Read(WordPiece(), configuration: """{ "bos_token": { "content": "un" }, "eos_token": "able", "pad_token": null }""");

        Assert.Equal("un", tokenizer.GetToken(tokenizer.BosId!.Value));
        Assert.Null(tokenizer.PadId);
    }

    [Theory]
    [InlineData("normalizer", """{ "type": "ByteLevel" }""", ModelFormatError.Unsupported, "'ByteLevel'")]
    [InlineData("normalizer", """{ "type": "Replace", "pattern": { "Regex": "(a)\\1" }, "content": "" }""", ModelFormatError.Unsupported, "normalizer.pattern")]
    [InlineData("normalizer", """{ "type": "Precompiled", "precompiled_charsmap": "AAAA" }""", ModelFormatError.BadMetadata, "character map")]
    [InlineData("normalizer", """{ "type": "Precompiled", "precompiled_charsmap": "/////wAA" }""", ModelFormatError.BadMetadata, "character map")]
    [InlineData("normalizer", """{ "type": "Precompiled", "precompiled_charsmap": "*" }""", ModelFormatError.BadType, "Base64")]
    [InlineData("pre_tokenizer", """{ "type": "UnicodeScripts" }""", ModelFormatError.Unsupported, "'UnicodeScripts'")]
    [InlineData("pre_tokenizer", """{ "type": "Split", "pattern": { "Regex": "(a)\\1" }, "behavior": "Isolated" }""", ModelFormatError.Unsupported, "'(a)\\1'")]
    [InlineData("pre_tokenizer", """{ "type": "Split", "pattern": { "Regex": "a" }, "behavior": "Sideways" }""", ModelFormatError.Unsupported, "'Sideways'")]
    [InlineData("pre_tokenizer", """{ "type": "Sequence", "pretokenizers": [{ "type": "ByteLevel" }, { "type": "WhitespaceSplit" }] }""", ModelFormatError.Unsupported, "pretokenizers[0]")]
    [InlineData("pre_tokenizer", """{ "type": "Sequence", "pretokenizers": [{ "type": "WhitespaceSplit" }, { "type": "ByteLevel", "add_prefix_space": true }] }""", ModelFormatError.Unsupported, "add_prefix_space")]
    [InlineData("decoder", """{ "type": "CTC" }""", ModelFormatError.Unsupported, "'CTC'")]
    [InlineData("decoder", "null", ModelFormatError.MissingKey, "'decoder'")]
    [InlineData("post_processor", """{ "type": "TemplateProcessing", "single": [{ "SpecialToken": { "id": "x" } }], "special_tokens": { "x": { "ids": [99] } } }""", ModelFormatError.BadValue, "out of range")]
    [InlineData("post_processor", """{ "type": "TemplateProcessing", "single": [{ "SpecialToken": { "id": "x" } }], "special_tokens": {} }""", ModelFormatError.MissingKey, "'x'")]
    [InlineData("model", """{ "type": "WordLevel", "vocab": { "a": 0 } }""", ModelFormatError.Unsupported, "'WordLevel'")]
    [InlineData("model", """{ "type": "WordPiece", "unk_token": "[UNK]" }""", ModelFormatError.MissingKey, "'vocab'")]
    [InlineData("model", """{ "type": "WordPiece", "unk_token": "[UNK]", "vocab": {} }""", ModelFormatError.BadMetadata, "vocabulary is empty")]
    [InlineData("model", """{ "type": "WordPiece", "unk_token": "[UNK]", "vocab": { "[UNK]": 2000000000 } }""", ModelFormatError.BadValue, "2000000000")]
    [InlineData("model", """{ "type": "WordPiece", "unk_token": "[UNK]", "vocab": { "[UNK]": -1 } }""", ModelFormatError.BadValue, "-1")]
    [InlineData("model", """{ "type": "WordPiece", "unk_token": "[UNK]", "vocab": { "[UNK]": 0.5 } }""", ModelFormatError.BadType, "whole number")]
    [InlineData("model", """{ "type": "WordPiece", "unk_token": "?", "vocab": { "a": 0 } }""", ModelFormatError.BadMetadata, "'?'")]
    [InlineData("model", """{ "type": "Unigram", "unk_id": 7, "vocab": [["a", 0]] }""", ModelFormatError.BadValue, "unk_id")]
    [InlineData("model", """{ "type": "Unigram", "unk_id": 0, "vocab": [["a"]] }""", ModelFormatError.BadMetadata, "model.vocab[0]")]
    [InlineData("model", """{ "type": "BPE", "vocab": { "a": 0 }, "merges": ["a b"] }""", ModelFormatError.BadMetadata, "'b'")]
    [InlineData("model", """{ "type": "BPE", "vocab": { "a": 0 }, "merges": ["ab"] }""", ModelFormatError.BadMetadata, "'ab'")]
    [InlineData("model", """{ "type": "BPE", "vocab": { "a": 0 }, "merges": [], "end_of_word_suffix": "</w>" }""", ModelFormatError.Unsupported, "end_of_word_suffix")]
    [InlineData("model", "[]", ModelFormatError.BadType, "'model'")]
    [InlineData("added_tokens", """[{ "id": 1 }]""", ModelFormatError.MissingKey, "added_tokens[0]")]
    [InlineData("added_tokens", """{ "id": 1 }""", ModelFormatError.BadType, "an array")]
    [InlineData("added_tokens", """[{ "id": 0, "content": "\ud800" }]""", ModelFormatError.BadEncoding, "surrogate")]
    public void What_is_broken_or_unknown_is_named(string key, string value, ModelFormatError kind, string named)
    {
        var file = WordPiece();
        file.Remove(key);
        var text = $"{file.ToJsonString()[..^1]}, \"{key}\": {value} }}";

        var exception = Assert.Throws<ModelFormatException>(() => ReadText(text));

        Assert.Equal(kind, exception.Kind);
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("not json")]
    [InlineData("\u0000\u0001")]
    public void What_is_no_json_is_refused(string text) =>
        Assert.Equal(ModelFormatError.BadConfig, Assert.Throws<ModelFormatException>(() => ReadText(text)).Kind);

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var text = string.Concat(new string('[', 100_000), new string(']', 100_000));

        Assert.Equal(ModelFormatError.BadConfig, Assert.Throws<ModelFormatException>(() => ReadText(text)).Kind);
    }

    [Fact]
    public void A_byte_without_a_token_is_left_out_and_keeps_the_ranges_right()
    {
        var file = WordPiece();
        file["model"] = JsonNode.Parse("""{ "type": "BPE", "vocab": { "a": 0, "b": 1, "ab": 2 }, "merges": ["a b"] }""");
        file["pre_tokenizer"] = JsonNode.Parse("""{ "type": "ByteLevel", "add_prefix_space": false }""");
        file["decoder"] = JsonNode.Parse("""{ "type": "ByteLevel" }""");
        file.Remove("normalizer");
        var tokenizer = Read(file);

        var tokenized = tokenizer.EncodeWithOffsets("xaéba");

        Assert.Equal([2, 0], tokenized.Ids);
        Assert.Equal([new(1, 4), new(4, 5)], tokenized.Offsets);
    }

    [Fact]
    public void Normalized_added_token_is_found_in_normalised_text()
    {
        var file = WordPiece();
        file["added_tokens"] = JsonNode.Parse("""
            [{ "id": 4, "content": "<AB>", "normalized": true }, { "id": 5, "content": "<CD>", "normalized": false }, { "id": 6, "content": "un", "single_word": true, "normalized": true }]
            """);
        var tokenizer = Read(file);

        Assert.Equal([4, 4, 0, 0, 0, 5], tokenizer.Encode("<AB><ab><cd><CD>"));
        Assert.Equal([6, 1, 2], tokenizer.Encode("un Unable"));
    }

    [Theory]
    [InlineData("a  <L>  b", 5, "[0,1) [1,6) [8,9)")]
    [InlineData("a  <R>  b", 6, "[0,1) [3,8) [8,9)")]
    [InlineData("a <B> <B> b", 7, "[0,1) [1,6) [6,10) [10,11)")]
    public void Added_token_takes_the_whitespace_that_it_says(string text, int id, string ranges)
    {
        var file = WordPiece();
        file["model"] = JsonNode.Parse("""{ "type": "WordPiece", "unk_token": "[UNK]", "vocab": { "[UNK]": 0, "a": 1, "b": 2 } }""");
        file["added_tokens"] = JsonNode.Parse("""
            [{ "id": 5, "content": "<L>", "lstrip": true }, { "id": 6, "content": "<R>", "rstrip": true }, { "id": 7, "content": "<B>", "lstrip": true, "rstrip": true }]
            """);

        var tokenized = Read(file).EncodeWithOffsets(text);

        Assert.Contains(id, tokenized.Ids);
        Assert.Equal(ranges, string.Join(' ', tokenized.Offsets.Select(range => $"[{range.Start},{range.End})")));
    }

    private static JsonObject WordPiece() => JsonNode.Parse(
        """
        {
          "normalizer": { "type": "BertNormalizer" },
          "pre_tokenizer": { "type": "BertPreTokenizer" },
          "decoder": { "type": "WordPiece" },
          "model": { "type": "WordPiece", "unk_token": "[UNK]", "vocab": { "[UNK]": 0, "un": 1, "##able": 2, "able": 3 } }
        }
        """)!.AsObject();

    private static Tokenizer Read(JsonObject file, string? configuration = null) =>
        ReadText(file.ToJsonString(), configuration);

    private static Tokenizer ReadText(string text, string? configuration = null)
    {
        var folder = Directory.CreateTempSubdirectory("cairn-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "tokenizer.json"), text);
            if (configuration is not null)
            {
                File.WriteAllText(Path.Combine(folder.FullName, "tokenizer_config.json"), configuration);
            }

            return Tokenizer.Load(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
