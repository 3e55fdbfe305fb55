using Cairn.Models.Tokenizers.Normalization;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.Normalization;

public sealed class UnicodeNormalizerTests
{
    [Theory]
    [InlineData("e\u0301", "é", "e\u0301", "é")]
    [InlineData("\u212B", "\u00C5", "A\u030A", "\u00C5")]
    [InlineData("ﬁ²", "ﬁ²", "ﬁ²", "fi2")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C", "\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("e\u0302\u0323", "\u1EC7", "e\u0323\u0302", "\u1EC7")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165", "\U0001D157\U0001D165")]
    [InlineData("a\u0305\u0301\u0301", "a\u0305\u0301\u0301", "a\u0305\u0301\u0301", "a\u0305\u0301\u0301")]
    public void Apply_gives_the_normal_forms(string text, string nfc, string nfd, string nfkc)
    {
        Assert.Equal(nfc, Normalize(text, UnicodeForm.Nfc));
        Assert.Equal(nfd, Normalize(text, UnicodeForm.Nfd));
        Assert.Equal(nfkc, Normalize(text, UnicodeForm.Nfkc));
    }

    [Fact]
    public void IsNormalized_is_true_only_where_Apply_changes_nothing()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        for (var round = 0; round < 2000; round++)
        {
            var text = RandomText.Next(random, 1 + random.Next(4));
            foreach (var form in Enum.GetValues<UnicodeForm>())
            {
                var normalized = Normalize(text, form);

                Assert.True(normalized == Normalize(normalized, form), $"seed {Seed}, round {round}, {form}: not idempotent");
                Assert.True(
                    !new UnicodeNormalizer(form).IsNormalized(text) || normalized == text, $"seed {Seed}, round {round}, {form}");
            }
        }
    }

    [Fact]
    public void A_composed_character_stands_for_the_first_of_its_parts()
    {
        using var source = new TextBuffer(tracksRanges: true);
        using var destination = new TextBuffer(tracksRanges: true);
        source.AppendOriginal("xe\u0301y", 10);

        new UnicodeNormalizer(UnicodeForm.Nfc).Apply(source, startsText: true, destination);

        Assert.Equal("xéy", destination.Text.ToString());
        Assert.Equal([new(10, 11), new(11, 12), new(13, 14)], Enumerable.Range(0, 3).Select(destination.RangeAt));
    }

    internal static string Normalize(string text, UnicodeForm form)
    {
        using var source = new TextBuffer(tracksRanges: false);
        using var destination = new TextBuffer(tracksRanges: false);
        source.AppendOriginal(text, 0);
        new UnicodeNormalizer(form).Apply(source, startsText: true, destination);
        return destination.Text.ToString();
    }
}
