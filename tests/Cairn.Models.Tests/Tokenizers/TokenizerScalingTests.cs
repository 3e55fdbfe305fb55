using System.Diagnostics;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers;

/// <summary>Sixteen times the text may take a few dozen times as long, but not the 256 times of a quadratic method.</summary>
public sealed class TokenizerScalingTests
{
    private const int Small = 30_000;
    private const int Factor = 16;
    private const double MostGrowth = 100;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var name in new[] { "smollm2", "qwen2", "mistral-v1", "minilm", "tiny-bbpe-o200k", "tiny-spm-bpe", "tiny-unigram" })
            {
                foreach (var unit in new[] { "a", " ", "😀", "\n", "\u0301", "ªA", "<" })
                {
                    cases.Add(name, unit);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Encode_does_not_slow_down_on_a_repeated_character(string name, string unit)
    {
        var tokenizer = TokenizerGolden.Get(name);
        var small = string.Concat(Enumerable.Repeat(unit, Small / unit.Length));
        var large = string.Concat(Enumerable.Repeat(small, Factor));
        tokenizer.Encode(small);

        var growth = Enumerable.Range(0, 3).Min(_ => Measure(large) / Measure(small));

        Assert.True(growth < MostGrowth, $"{Factor} times the text took {growth:F0} times as long");

        double Measure(string text)
        {
            var start = Stopwatch.GetTimestamp();
            tokenizer.Encode(text);
            return Math.Max(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1);
        }
    }
}
