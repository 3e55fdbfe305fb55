using System.Text;
using System.Text.Json;
using Cairn.Models.Tests.Tokenizers.PreTokenizers;
using Cairn.Models.Tokenizers.Expressions;
using Cairn.Models.Tokenizers.PreTokenizers;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.Expressions;

public sealed class ExpressionTests
{
    private const int Seed = 8_088;

    /// <summary>The expressions that have a scanner of their own.</summary>
    public static TheoryData<string> Known =>
    [
        PreTokenizerCatalog.Gpt2Expression, PreTokenizerCatalog.Llama3Expression, PreTokenizerCatalog.Qwen2Expression,
        PreTokenizerCatalog.O200kExpression, PreTokenizerCatalog.TekkenExpression,
    ];

    public static TheoryData<string> All =>
    [
        PreTokenizerCatalog.Gpt2Expression, PreTokenizerCatalog.O200kExpression, .. DeepSeekExpressions.Llm, .. DeepSeekExpressions.V3,
        @"(a+)+$", @"(a|aa)+b", @"(?:a*)*b", @"(\w*\s*)*!", @"a++b", @"\p{L}++\p{N}", @"(.*)*x", @"(?=(?:ab?){0,20}c)a", @"a{0,200}b", @"(a?){50}a{50}",
    ];

    [Theory]
    [MemberData(nameof(Known))]
    public void Expression_gives_the_pieces_of_its_scanner(string expression)
    {
        Assert.True(PreTokenizerCatalog.TryFindByExpression(expression, out var scanner));
        var matcher = PreTokenizerCatalog.FromExpressions([expression]);
        var random = new Random(Seed);
        var texts = TokenizerGolden.Cases("smollm2").Select(row => row.GetProperty("text").GetString()!)
            .Concat(Enumerable.Range(0, 1_000).Select(_ => RandomText.Next(random, 1 + random.Next(25))));

        foreach (var text in texts)
        {
            var byHand = PreTokenizerReferenceTests.Cut(scanner, text);
            var byExpression = PreTokenizerReferenceTests.Cut(matcher, text);

            Assert.True(
                byHand.SequenceEqual(byExpression),
                $"seed {Seed}, {JsonSerializer.Serialize(text)}: {JsonSerializer.Serialize(byHand)} became {JsonSerializer.Serialize(byExpression)}");
        }
    }

    /// <summary>Work is counted, not timed: twice the text may take twice the steps, whatever the expression.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Steps_grow_no_faster_than_the_text(string expression)
    {
        var pattern = new ExpressionPattern(expression);
        foreach (var unit in new[] { "a", " ", "\n", "1", "😀", "e\u0301", "\u200D", "▁", "aA1 .\n", "ab", "aaaaaaaab " })
        {
            var text = string.Concat(Enumerable.Repeat(unit, 10_000 / unit.Length));
            pattern.Find(text, [], out var once);
            pattern.Find(text + text, [], out var twice);

            Assert.True(twice <= 2.05 * once, $"'{unit}': {once:N0} steps, {twice:N0} for twice the text");
            Assert.True(once < 1_000L * text.Length, $"'{unit}': {once:N0} steps for {text.Length:N0} units");
        }
    }

    [Theory]
    [InlineData(@"(a)\1", @"'\1'")]
    [InlineData(@"a(?=.*b)", "without a bound")]
    [InlineData(@"(?<=ab)c", "look-behind")]
    [InlineData(@"(?>ab|a)c", "atomic")]
    [InlineData(@"(?:ab)++", "possessive")]
    [InlineData(@"(?m:a)", "(?m")]
    [InlineData(@"(?i:é)", "beyond ASCII")]
    [InlineData(@"(?i:\p{Lu})", "category")]
    [InlineData(@"(?i:ss)", "'ss'")]
    [InlineData(@"\X", @"'\X'")]
    [InlineData(@"\b", @"'\b'")]
    [InlineData(@"\p{Foo}", "'Foo'")]
    [InlineData(@"[[:alpha:]]", "named class")]
    [InlineData(@"[a", "not closed")]
    [InlineData(@"[]a]", "']'")]
    [InlineData(@"[z-a]", "range")]
    [InlineData(@"(a", "not closed")]
    [InlineData(@"a)", "closes nothing")]
    [InlineData(@"*a", "repeats nothing")]
    [InlineData(@"a{3,2}", "backwards")]
    [InlineData(@"a{2000}", "above")]
    [InlineData(@"a{2}?", "lazy")]
    [InlineData(@"a{2}+", "'+'")]
    [InlineData(@"(((a{100}){100}){100}){100}", "steps")]
    [InlineData(@"(a?){1000}(a?){1000}", "alternatives")]
    [InlineData(@"\", "backslash")]
    [InlineData(@"\x{110000}", "110000")]
    [InlineData(@"\x{D800}", "D800")]
    public void What_cannot_be_exact_is_refused_by_name(string expression, string reason)
    {
        var exception = Assert.Throws<ExpressionException>(() => ExpressionProgram.Compile(expression));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_and_length_have_limits()
    {
        Assert.Throws<ExpressionException>(() => ExpressionProgram.Compile(new string('(', 10_000) + new string(')', 10_000)));
        Assert.Throws<ExpressionException>(() => ExpressionProgram.Compile(new string('[', 10_000) + "a" + new string(']', 10_000)));
        Assert.Throws<ExpressionException>(() => ExpressionProgram.Compile(new string('a', 100_000)));
    }

    [Fact]
    public void Damaged_expressions_compile_or_are_refused()
    {
        var sources = DeepSeekExpressions.V3.Concat([PreTokenizerCatalog.O200kExpression, PreTokenizerCatalog.Gpt2Expression]).ToArray();
        const string Fragments = "()[]{}|?*+\\^$.-&,pPnsi:=!<>019aL";
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder(sources[random.Next(sources.Length)]);
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0) text.Insert(at, Fragments[random.Next(Fragments.Length)]);
                else text.Remove(at, Math.Min(text.Length - at, random.Next(1, 4)));
            }

            try
            {
                var matches = new List<Cairn.Models.Tokenizers.TextRange>();
                new ExpressionPattern(text.ToString()).Find("Hello 123, \u6F22\u5B57!\r\n  don't", matches);
            }
            catch (ExpressionException)
            {
                // The expected way to fail.
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {text}\n{exception}");
            }
        }
    }
}
