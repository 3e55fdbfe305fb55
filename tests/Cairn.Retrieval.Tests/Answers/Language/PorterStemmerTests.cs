using Cairn.Retrieval.Answers.Language;
using Xunit;

namespace Cairn.Retrieval.Tests.Answers.Language;

public sealed class PorterStemmerTests
{
    // Examples of the paper, one or two of each step.
    [Theory]
    [InlineData("caresses", "caress")]
    [InlineData("ponies", "poni")]
    [InlineData("cats", "cat")]
    [InlineData("feed", "feed")]
    [InlineData("agreed", "agre")]
    [InlineData("plastered", "plaster")]
    [InlineData("motoring", "motor")]
    [InlineData("sing", "sing")]
    [InlineData("conflated", "conflat")]
    [InlineData("hopping", "hop")]
    [InlineData("falling", "fall")]
    [InlineData("filing", "file")]
    [InlineData("happy", "happi")]
    [InlineData("relational", "relat")]
    [InlineData("conditional", "condit")]
    [InlineData("hopefulness", "hope")]
    [InlineData("triplicate", "triplic")]
    [InlineData("electrical", "electr")]
    [InlineData("adjustment", "adjust")]
    [InlineData("adoption", "adopt")]
    [InlineData("probate", "probat")]
    [InlineData("controlling", "control")]
    public void Stem_follows_the_paper(string word, string expected) => Assert.Equal(expected, PorterStemmer.Stem(word));

    [Theory]
    [InlineData("quantised", "quantization")]
    [InlineData("tokenizer", "tokenisers")]
    [InlineData("normalizing", "normalised")]
    [InlineData("analyze", "analysed")]
    public void Both_spellings_have_one_stem(string first, string second) =>
        Assert.Equal(PorterStemmer.Stem(first), PorterStemmer.Stem(second));

    [Theory]
    [InlineData("size")]
    [InlineData("prize")]
    [InlineData("q4")]
    [InlineData("straße")]
    [InlineData("is")]
    public void Words_that_no_rule_fits_stay_apart(string word) => Assert.StartsWith(word[..Math.Min(3, word.Length)], PorterStemmer.Stem(word), StringComparison.Ordinal);
}
