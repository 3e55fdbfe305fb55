using Cairn.Models.Tokenizers;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers;

/// <summary>Twice the text takes about twice the steps, whatever the text: steps are counted, since a clock decides nothing.</summary>
public sealed class TokenizerScalingTests
{
    private const int Length = 12_000;

    public static TheoryData<string> Names => [.. TokenizerGolden.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_takes_steps_in_proportion_to_the_text(string name)
    {
        var tokenizer = TokenizerGolden.Get(name);
        string[] units =
        [
            "a", "A", "é", "漢", " ", "\n", "\t", "\r\n", "1", "😀", "\u0301", "e\u0323\u0301", "\u200D", "\u0300\u0323", "▁", "<", "<0x0A>",
            "\0", "\u1112\u1161\u11AB", "ªA", "'s", "a ", " a", "the", "x1 .\n😀", "<|im_start|", "\uFDFA",
        ];
        foreach (var unit in units)
        {
            var text = string.Concat(Enumerable.Repeat(unit, Length / unit.Length));

            var once = WorkMeter.Measure(() => tokenizer.EncodeWithOffsets(text));
            var twice = WorkMeter.Measure(() => tokenizer.EncodeWithOffsets(text + text));

            Assert.True(twice <= 2.4 * once, $"'{unit}': {once:N0} steps, {twice:N0} for twice the text");
            Assert.True(once < 200L * text.Length, $"'{unit}': {once:N0} steps for {text.Length:N0} units");
        }
    }
}
