using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Answers.Selection;
using Xunit;

namespace Cairn.Retrieval.Tests.Answers.Selection;

public sealed class DefinitionPatternTests
{
    [Theory]
    [InlineData("QLoRA", "QLoRA is a fine-tuning method.", 1)]
    [InlineData("KV cache", "The KV cache is the memory of a transformer.", 1)]
    [InlineData("RAG", "RAG, retrieval-augmented generation, is a technique.", 1)]
    [InlineData("RAG", "Retrieval-augmented generation (RAG) is a technique.", 0.9)]
    [InlineData("Memory", "Memory: what is kept outside the model.", 0.8)]
    [InlineData("LoRA", "Use LoRA when a model should adopt a style.", 0)]
    [InlineData("LoRA", "The weather is fine today in the mountains.", 0)]
    public void Fit_tells_how_much_a_sentence_defines_its_subject(string subject, string sentence, double expected)
    {
        var fit = DefinitionPattern.Fit(WordReader.Read(subject), WordReader.Read(sentence), sentence, "Heading");

        Assert.Equal(expected, fit, 6);
    }

    [Fact]
    public void A_pronoun_under_the_heading_of_the_subject_counts_in_part()
    {
        const string sentence = "It is a way to tune few parameters.";

        Assert.Equal(0.6, DefinitionPattern.Fit(WordReader.Read("PEFT"), WordReader.Read(sentence), sentence, "PEFT"), 6);
        Assert.Equal(0, DefinitionPattern.Fit(WordReader.Read("PEFT"), WordReader.Read(sentence), sentence, "Cost"), 6);
    }
}
