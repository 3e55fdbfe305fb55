using Cairn.Inference.Speculation;
using Xunit;

namespace Cairn.Inference.Tests.Speculation;

public sealed class DraftLengthTests
{
    [Fact]
    public void Longer_agreement_earns_more_tokens_success_the_most_and_the_limit_holds()
    {
        var length = new DraftLength(LookupMode.Auto);
        int[] chosen = [.. Enumerable.Range(1, 10).Select(agreeing => length.Choose(DraftLength.Most, agreeing))];

        Assert.Equal(chosen.Order(), chosen);
        Assert.InRange(chosen[0], 1, chosen[^1] - 1);
        for (int i = 0; i < 60; i++)
            length.Learn(agreeing: 10, index: 0, isRight: true);

        Assert.Equal(DraftLength.Most, length.Choose(DraftLength.Most, agreeing: 10));
        Assert.Equal(2, length.Choose(2, agreeing: 10));
        Assert.Equal(0, length.Choose(0, agreeing: 10));
    }

    [Fact]
    public void Guesses_that_fail_are_left_until_they_would_have_been_right()
    {
        DraftLength length = new(LookupMode.Auto), fresh = new(LookupMode.Auto);
        for (int i = 0; i < 60; i++)
            length.Learn(agreeing: 2, index: 0, isRight: false);

        Assert.Equal(0, length.Choose(DraftLength.Most, agreeing: 2));
        Assert.Equal(fresh.Choose(DraftLength.Most, agreeing: 8), length.Choose(DraftLength.Most, agreeing: 8)); // others are not judged by them
        for (int i = 0; i < 60; i++)
            length.Learn(agreeing: 2, index: 0, isRight: true);

        Assert.InRange(length.Choose(DraftLength.Most, agreeing: 2), 1, DraftLength.Most);
    }

    [Fact]
    public void Later_tokens_of_a_guess_count_as_agreement_over_as_many_more()
    {
        DraftLength byIndex = new(LookupMode.Auto), byAgreement = new(LookupMode.Auto);
        for (int i = 0; i < 40; i++)
        {
            byIndex.Learn(agreeing: 1, index: 2, isRight: false);
            byAgreement.Learn(agreeing: 3, index: 0, isRight: false);
        }

        for (int agreeing = 1; agreeing <= 8; agreeing++)
            Assert.Equal(byAgreement.Choose(DraftLength.Most, agreeing), byIndex.Choose(DraftLength.Most, agreeing));

        Assert.InRange(byIndex.Choose(DraftLength.Most, agreeing: 1), 1, 2); // the third token is not worth it
    }

    [Fact]
    public void Off_never_guesses_and_on_always_does()
    {
        var on = new DraftLength(LookupMode.On);
        for (int i = 0; i < 50; i++)
            on.Learn(agreeing: 1, index: 0, isRight: false);

        Assert.Equal(0, new DraftLength(LookupMode.Off).Limit);
        Assert.Equal((DraftLength.Most, 5), (on.Limit, on.Choose(5, agreeing: 1)));
    }
}
