using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Answers.Support;
using Cairn.Retrieval.SyncHost;
using Xunit;

namespace Cairn.Retrieval.Tests.Answers.Support;

public sealed class SupportCheckerTests
{
    private static readonly SupportSource[] Sources =
    [
        new("QLoRA is a fine-tuning method that keeps the base model frozen in 4-bit precision and trains small adapters.", "QLoRA"),
        new("Full fine-tuning of a large model needs more than 780 GB of memory; QLoRA brings the same model under 48 GB.", "Numbers"),
        new("The rank is typically 4 to 64, and the adapters do not change the base model.", "How QLoRA works"),
    ];

    [Theory]
    [InlineData("QLoRA is a fine-tuning method that keeps the base model frozen in 4-bit precision.", 0)]
    [InlineData("QLoRA keeps the base model frozen and trains small adapters.", 0)]
    [InlineData("The adapters do not change the base model.", 2)]
    [InlineData("Full fine-tuning needs 780 GB of memory.", 1)]
    public void A_sentence_that_shortens_a_quote_is_supported(string sentence, int source)
    {
        var verdict = SupportChecker.CheckWords(WordReader.Read(sentence), Sources);

        Assert.True(verdict.Supported, verdict.Reason);
        Assert.Equal([source], verdict.Sources);
    }

    [Theory]
    [InlineData("QLoRA keeps the base model frozen in 8-bit precision.", "'8'")]
    [InlineData("LISA keeps the base model frozen in 4-bit precision.", "'lisa'")]
    [InlineData("QLoRA is a delicious cooking method from Belgium.", "is not in the quote")]
    [InlineData("The adapters change the base model.", "negates")]
    [InlineData("QLoRA does not keep the base model frozen.", "negates")]
    [InlineData("Small adapters keep the method frozen and the base model trains precision.", "another order")]
    [InlineData("It is so.", "states nothing")]
    [InlineData("Full fine-tuning needs 48 GB of memory.", "'48' belongs to other words")]
    public void A_sentence_that_strays_is_not(string sentence, string reason)
    {
        var verdict = SupportChecker.CheckWords(WordReader.Read(sentence), Sources);

        Assert.False(verdict.Supported);
        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
        Assert.Empty(verdict.Sources);
    }

    [Fact]
    public void Two_quotes_may_support_a_sentence_together()
    {
        var verdict = SupportChecker.CheckWords(
            WordReader.Read("QLoRA trains small adapters, the rank is typically 4 to 64."), [Sources[0], new("The rank is typically 4 to 64.", "")]);

        Assert.True(verdict.Supported, verdict.Reason);
        Assert.Equal([0, 1], verdict.Sources);
    }

    [Fact]
    public async Task A_sentence_far_in_meaning_is_not_supported_even_when_its_words_are_there()
    {
        using var embedder = new WordEmbedder();
        var filler = string.Join(' ', Enumerable.Range(0, 400).Select(i => $"word{i}"));

        var verdict = await new SupportChecker(embedder).CheckAsync(
            "Adapters are small.", [new SupportSource($"adapters are small {filler}", "")], TestContext.Current.CancellationToken);

        Assert.False(verdict.Supported);
        Assert.Contains("meaning", verdict.Reason, StringComparison.Ordinal);
    }
}
