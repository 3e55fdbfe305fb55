using System.Text;
using System.Text.RegularExpressions;
using Cairn.Models.Tokenizers.PreTokenizers;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.PreTokenizers;

/// <summary>The hand-written scanners against the published expressions, which .NET can run on the basic plane.</summary>
public sealed class PreTokenizerTests
{
    private const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Qwen2 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private const string O200k =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    [Theory]
    [InlineData(Llama3)]
    [InlineData(Qwen2)]
    [InlineData(Gpt2)]
    [InlineData(O200k)]
    public void Pieces_are_the_matches_of_the_expression(string expression)
    {
        const int Seed = 99;
        Assert.True(PreTokenizerCatalog.TryFindByExpression(expression, out var preTokenizer));
        var reference = new Regex(expression, RegexOptions.CultureInvariant);
        var random = new Random(Seed);
        for (var round = 0; round < 3000; round++)
        {
            var text = NextText(random);

            var expected = reference.Matches(text).Select(match => match.Value).ToArray();

            Assert.True(
                expected.SequenceEqual(Cut(preTokenizer, text)),
                $"seed {Seed}, round {round}: {System.Text.Json.JsonSerializer.Serialize(text)}");
        }
    }

    [Fact]
    public void Isolated_digits_end_the_whitespace_before_them()
    {
        Assert.True(PreTokenizerCatalog.TryFindByName("smollm", out var named));

        Assert.Equal(["a", "  ", "1", "2", " b", " ", " c"], Cut(named.Splitter, "a  12 b  c"));
    }

    [Fact]
    public void Every_name_cuts_a_text_without_losing_any()
    {
        const string Text = "It's 12345\u00BD  caf\u00E9\u6F22\u5B57: don't!\r\n\n \U0001F600 ABCdef ";
        foreach (var name in PreTokenizerCatalog.Names.Split(", "))
        {
            Assert.True(PreTokenizerCatalog.TryFindByName(name, out var named), name);
            Assert.Equal(Text, string.Concat(PreTokenizerReferenceTests.Cut(named.Splitter, Text)));
        }

        Assert.False(PreTokenizerCatalog.TryFindByName("default", out _));
    }

    [Theory]
    [InlineData("tekken", new[] { "Don", "'t", " stop", " abc", "DEF", " ", "1", "2", "3", "/" })]
    [InlineData("gpt-4o", new[] { "Don't", " stop", " abc", "DEF", " ", "123", "/" })]
    [InlineData("deepseek-v3", new[] { "Don", "'t", " stop", " abcDEF", " ", "123", "/" })]
    [InlineData("deepseek-coder", new[] { "Don", "'", "t", " stop", " abcDEF", " ", "1", "2", "3", "/" })]
    public void Rules_differ_where_the_families_do(string name, string[] expected)
    {
        Assert.True(PreTokenizerCatalog.TryFindByName(name, out var named));

        Assert.Equal(expected, PreTokenizerReferenceTests.Cut(named.Splitter, "Don't stop abcDEF 123/"));
    }

    [Fact]
    public void Bert_cuts_punctuation_out_and_drops_whitespace() =>
        Assert.Equal(["don", "'", "t", "stop", "—", "now", "…"], Cut(new BertPreTokenizer(), " don't stop—now … "));

    private static List<string> Cut(PreTokenizer preTokenizer, string text)
    {
        var pieces = new List<string>();
        for (var at = 0; preTokenizer.TryNext(text, at, out var piece); at = piece.End)
        {
            pieces.Add(text[piece.Start..piece.End]);
        }

        return pieces;
    }

    private static string NextText(Random random)
    {
        const string Alphabet = "aZ'sStTrRevEVmMlLdD  \t\r\n\u00A0\u2003 19٣½.,-/_!ªʰǅéÉ漢ก\u0301\u0903Ⅷ";
        var text = new StringBuilder();
        for (var length = random.Next(1, 30); length > 0; length--)
        {
            text.Append(Alphabet[random.Next(Alphabet.Length)]);
        }

        return text.ToString();
    }
}
