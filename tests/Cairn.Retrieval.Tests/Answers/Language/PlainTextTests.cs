using Cairn.Retrieval.Answers.Language;
using Xunit;

namespace Cairn.Retrieval.Tests.Answers.Language;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("- **Merging loses quality.** Adding *A* and `B` to it", "Merging loses quality. Adding A and B to it")]
    [InlineData("12. See [LoRA](lora.md) and [QLoRA][q].", "See LoRA and QLoRA.")]
    [InlineData("## When to use it", "When to use it")]
    [InlineData("> quoted\n> words", "quoted > words")]
    [InlineData("a line\nbreak and a hyphen-\nated word", "a line break and a hyphenated word")]
    [InlineData("2 * 3 * 4 and snake_case_name stay", "2 * 3 * 4 and snake_case_name stay")]
    public void Markup_goes_and_words_stay(string raw, string expected) => Assert.Equal(expected, PlainText.From(raw));

    [Fact]
    public void Cells_of_a_row_are_read_and_its_rule_is_none()
    {
        Assert.Equal(["GPT-3", "2,048 tokens", "a|b"], PlainText.Cells(@"| GPT-3 | 2,048 tokens | a\|b |"));
        Assert.Empty(PlainText.Cells("|---|:--:|"));
        Assert.Empty(PlainText.Cells("no row"));
    }

    [Fact]
    public void Code_loses_its_fences_only() => Assert.Equal("y = Wx\n  + b", PlainText.Code("```text\ny = Wx\n  + b\n```"));
}
