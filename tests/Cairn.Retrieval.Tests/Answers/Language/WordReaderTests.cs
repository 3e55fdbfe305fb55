using Cairn.Retrieval.Answers.Language;
using Xunit;

namespace Cairn.Retrieval.Tests.Answers.Language;

public sealed class WordReaderTests
{
    [Fact]
    public void Words_carry_their_place_in_the_text()
    {
        const string text = "The KV cache doesn't grow.";

        Assert.All(WordReader.Read(text), word => Assert.Equal(word.Text, text[word.Start..word.End].ToLowerInvariant()));
    }

    [Theory]
    [InlineData("1,577.0", "1577")]
    [InlineData("seven", "7")]
    [InlineData("4.88 million", "4880000")]
    [InlineData("a million", "1000000")]
    [InlineData("7B", "7000000000")]
    [InlineData("7 billion", "7000000000")]
    [InlineData("32K", "32000")]
    [InlineData("0.37", "0.37")]
    public void Numbers_compare_by_value(string text, string expected)
    {
        var number = Assert.Single(WordReader.Read(text), word => word.IsNumber);

        Assert.Equal(expected, number.Stem);
    }

    [Fact]
    public void Names_are_told_by_capitals_and_digits()
    {
        var names = WordReader.Read("Models such as GPT-4, QLoRA and Llama run on Zen3.").Where(word => word.IsName).Select(word => word.Text);

        Assert.Equal(["gpt", "qlora", "llama", "zen3"], names);
    }

    [Fact]
    public void The_first_word_of_a_sentence_is_no_name_for_its_capital_alone() =>
        Assert.DoesNotContain(WordReader.Read("Models run. Engines run too."), word => word.IsName);

    [Theory]
    [InlineData("it does not fit")]
    [InlineData("it doesn't fit")]
    [InlineData("it never fits")]
    [InlineData("it cannot fit")]
    public void Negations_are_recognised(string text) =>
        Assert.Single(WordReader.Read(text), word => (word.Kind & WordKinds.Negation) != 0);

    [Fact]
    public void Accents_do_not_distinguish_words() =>
        Assert.Equal(WordReader.Read("résumé")[0].Stem, WordReader.Read("resume")[0].Stem);
}
