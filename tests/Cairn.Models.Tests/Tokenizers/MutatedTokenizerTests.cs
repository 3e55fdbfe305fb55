using System.Text;
using Cairn.Models.Tests.Tokenizers.SentencePiece;
using Cairn.Models.Tokenizers;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers;

/// <summary>Two thousand damaged tokenizer files: each loads and encodes, or is refused with its kind, within bounds.</summary>
public sealed class MutatedTokenizerTests
{
    private const int Mutations = 2_000;
    private const long MaximumAllocation = 40_000_000; // an id may be 65,536 beyond the entries

    private static readonly string[] Sources =
    [
        """
        { "added_tokens": [{ "id": 12, "content": "<s>", "special": true, "lstrip": true, "normalized": false }, { "id": 13, "content": "Foo", "special": false, "normalized": true, "single_word": true }],
          "normalizer": { "type": "Sequence", "normalizers": [{ "type": "NFC" }, { "type": "Replace", "pattern": { "Regex": "a{2,}|[x-z]" }, "content": "b" }, { "type": "Lowercase" }] },
          "pre_tokenizer": { "type": "Sequence", "pretokenizers": [{ "type": "Split", "pattern": { "Regex": "(?i:'s|'t)| ?\\p{L}+| ?[^\\s\\p{L}]+|\\s+(?!\\S)|\\s+" }, "behavior": "Isolated", "invert": false }, { "type": "Digits", "individual_digits": true }, { "type": "ByteLevel", "add_prefix_space": false, "use_regex": false }] },
          "post_processor": { "type": "TemplateProcessing", "single": [{ "SpecialToken": { "id": "<s>" } }, { "Sequence": { "id": "A" } }], "special_tokens": { "<s>": { "ids": [12] } } },
          "decoder": { "type": "ByteLevel" },
          "model": { "type": "BPE", "dropout": null, "ignore_merges": true, "vocab": { "a": 0, "b": 1, "ab": 2, "Ġ": 3, "c": 4, "Ġa": 5, "abc": 6, "1": 7, "2": 8, "e": 9, "h": 10, "he": 11 }, "merges": ["a b", ["Ġ", "a"], "ab c", "h e"] } }
        """,
        """
        { "added_tokens": [{ "id": 0, "content": "<unk>", "special": true }],
          "normalizer": { "type": "Sequence", "normalizers": [{ "type": "Prepend", "prepend": "▁" }, { "type": "Replace", "pattern": { "String": " " }, "content": "▁" }] },
          "decoder": { "type": "Sequence", "decoders": [{ "type": "Replace", "pattern": { "String": "▁" }, "content": " " }, { "type": "ByteFallback" }, { "type": "Fuse" }, { "type": "Strip", "content": " ", "start": 1, "stop": 0 }] },
          "model": { "type": "BPE", "unk_token": "<unk>", "byte_fallback": true, "fuse_unk": true, "vocab": { "<unk>": 0, "<0x41>": 1, "▁": 2, "a": 3, "b": 4, "▁a": 5, "ab": 6 }, "merges": ["▁ a", "a b"] } }
        """,
        """
        { "normalizer": { "type": "Sequence", "normalizers": [{ "type": "Precompiled", "precompiled_charsmap": "BAAAAAAEAAAAAA==" }, { "type": "Replace", "pattern": { "Regex": " {2,}" }, "content": " " }, { "type": "Strip" }, { "type": "Nmt" }] },
          "pre_tokenizer": { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true },
          "decoder": { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "first" },
          "model": { "type": "Unigram", "unk_id": 0, "byte_fallback": false, "vocab": [["<unk>", 0.0], ["▁", -1.5], ["a", -2.25], ["b", -3.0], ["▁ab", -2.5], ["漢", -6.0]] } }
        """,
        """
        { "added_tokens": [{ "id": 0, "content": "[UNK]", "special": true }, { "id": 1, "content": "[CLS]", "special": true, "rstrip": true }],
          "normalizer": { "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true },
          "pre_tokenizer": { "type": "BertPreTokenizer" }, "decoder": { "type": "WordPiece", "prefix": "##", "cleanup": true },
          "post_processor": { "type": "BertProcessing", "sep": ["[UNK]", 0], "cls": ["[CLS]", 1] },
          "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": { "[UNK]": 0, "[CLS]": 1, "un": 2, "##able": 3, "a": 4, "##b": 5 } } }
        """,
    ];

    private static readonly string[] Values =
    [
        "null", "-1", "0", "1", "65536", "2147483647", "4294967296", "1e308", "-1e-320", "NaN", "true", "[]", "{}", "\"\"", "\"a\"", "\"\\ud800\"", "\"(a+)+$\"",
        "\"\\\\1\"", "\"[\"", "[[]]", "[null]", "{\"type\":\"Sequence\"}", "{\"type\":\"Split\"}", "\"Sequence\"", "\"ByteLevel\"", "\"BPE\"", "\"Unigram\"",
    ];

    [Fact]
    public void Mutated_tokenizer_json_loads_or_is_refused() => Run("tokenizer.json", seed =>
    {
        var random = new Random(seed);
        var bytes = Encoding.UTF8.GetBytes(Sources[seed % Sources.Length]);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            bytes = random.Next(2) == 0 ? Damage(bytes, random) : ReplaceValue(bytes, random);
        }

        return bytes;
    });

    [Fact]
    public void Mutated_sentencepiece_model_loads_or_is_refused() => Run("tokenizer.model", seed =>
    {
        var random = new Random(seed);
        var bytes = SentencePieceFixture.Model(SentencePieceFixture.Names[seed % SentencePieceFixture.Names.Length]);
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            bytes = Damage(bytes, random);
        }

        return bytes;
    });

    private static void Run(string name, Func<int, byte[]> mutate)
    {
        using var folder = new TemporaryFolder();
        var (loaded, kinds) = (0, new HashSet<ModelFormatError>());
        for (var seed = 0; seed < Mutations; seed++)
        {
            File.WriteAllBytes(folder.File(name), mutate(seed));
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var tokenizer = Tokenizer.Load(folder.Path);
                var ids = tokenizer.Encode("<s> Foo aab, 12x don't  unable\u00E9 \u6F22\U0001F600 ", addSpecial: true, parseSpecial: true);
                tokenizer.Decode(ids);
                loaded++;
            }
            catch (ModelFormatException exception)
            {
                kinds.Add(exception.Kind);
            }
            catch (Exception exception)
            {
                Assert.Fail($"{name}, seed {seed}: {exception}");
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.True(allocated < MaximumAllocation, $"{name}, seed {seed}: allocated {allocated:N0} bytes");
        }

        Assert.InRange(loaded, Mutations / 50, Mutations * 95 / 100);
        Assert.True(kinds.Count >= 5, string.Join(", ", kinds));
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        if (bytes.Length < 8) return bytes;

        var at = random.Next(bytes.Length);
        var end = Math.Min(bytes.Length, at + random.Next(1, 30));
        switch (random.Next(5))
        {
            case 0:
                bytes = [.. bytes];
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                return random.Next(4) == 0 ? bytes[..at] : [.. bytes[..at], .. bytes[end..]];
            case 2:
                return [.. bytes[..at], .. bytes[at..end], .. bytes[at..]];
            case 3:
                bytes = [.. bytes];
                bytes[at] = (byte)random.Next(256);
                return bytes;
            default:
                var from = random.Next(bytes.Length);
                return [.. bytes[..at], .. bytes[from..Math.Min(bytes.Length, from + 20)], .. bytes[at..]];
        }
    }

    /// <summary>Puts another value in the place of one of the values after a colon or a comma.</summary>
    private static byte[] ReplaceValue(byte[] bytes, Random random)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var at = text.IndexOfAny([':', ','], random.Next(text.Length));
        if (at < 0) return bytes;

        var end = text.IndexOfAny([',', '}', ']'], at + 1);
        return end < 0 ? bytes : Encoding.UTF8.GetBytes($"{text[..(at + 1)]}{Values[random.Next(Values.Length)]}{text[end..]}");
    }
}
