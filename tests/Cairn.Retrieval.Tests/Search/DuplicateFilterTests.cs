using Cairn.Retrieval.Search;
using Xunit;

namespace Cairn.Retrieval.Tests.Search;

public sealed class DuplicateFilterTests
{
    private const string Text =
        "A cairn is a pile of stones that marks a trail, and each stone rests on the one below it, so that together they show "
        + "the way over the pass in fog and snow for everyone who walks there after the first traveller has gone home again.";

    [Fact]
    public void Filter_ignores_case_punctuation_and_white_space()
    {
        var filter = new DuplicateFilter();

        Assert.True(filter.Add(Text));
        Assert.False(filter.Add(Text.ToUpperInvariant().Replace(" ", "\n  ", StringComparison.Ordinal).Replace(",", " - ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Filter_finds_a_text_with_one_word_added_at_its_end()
    {
        var filter = new DuplicateFilter();

        Assert.True(filter.Add(Text));
        Assert.False(filter.Add(Text + " Indeed."));
    }

    [Fact]
    public void Filter_keeps_texts_that_share_half_of_their_words()
    {
        var filter = new DuplicateFilter();

        Assert.True(filter.Add(Text));
        Assert.True(filter.Add(Text[..(Text.Length / 2)] + " but nobody who built the second one knew about any of these older marks in the valley."));
    }

    [Fact]
    public void Filter_compares_short_texts_as_a_whole()
    {
        var filter = new DuplicateFilter();

        Assert.True(filter.Add("Yes."));
        Assert.False(filter.Add("yes"));
        Assert.True(filter.Add("No."));
    }
}
