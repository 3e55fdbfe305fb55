using Cairn.Inference.Sampling;
using Xunit;

namespace Cairn.Inference.Tests;

public sealed class StopSequenceMatcherTests
{
    [Fact]
    public void Pieces_pass_when_there_are_no_sequences()
    {
        var matcher = new StopSequenceMatcher([]);

        Assert.Equal("anything", matcher.Append("anything"));
        Assert.Equal("", matcher.Flush());
        Assert.False(matcher.IsMatched);
    }

    [Fact]
    public void A_sequence_over_several_pieces_stops_and_is_not_returned()
    {
        var matcher = new StopSequenceMatcher(["<|end|>"]);

        Assert.Equal("Hello ", matcher.Append("Hello <"));
        Assert.Equal("", matcher.Append("|en"));
        Assert.Equal("", matcher.Append("d|> more"));
        Assert.Equal("<|end|>", matcher.Matched);
        Assert.Equal("", matcher.Append("and more"));
        Assert.Equal("", matcher.Flush());
    }

    [Fact]
    public void A_false_beginning_is_returned_late()
    {
        var matcher = new StopSequenceMatcher(["\n\nQ:"]);

        Assert.Equal("a", matcher.Append("a\n"));
        Assert.Equal("\n", matcher.Append("\n\n"));
        Assert.Equal("\n\nX", matcher.Append("X"));
        Assert.False(matcher.IsMatched);
    }

    [Fact]
    public void Flush_returns_what_was_held()
    {
        var matcher = new StopSequenceMatcher(["stop"]);

        Assert.Equal("go ", matcher.Append("go sto"));
        Assert.Equal("sto", matcher.Flush());
        Assert.Equal("", matcher.Flush());
    }

    [Fact]
    public void The_sequence_that_ends_first_stops_the_text()
    {
        var matcher = new StopSequenceMatcher(["bcdef", "cd"]);

        Assert.Equal("ab", matcher.Append("abcdef"));
        Assert.Equal("cd", matcher.Matched);
    }

    [Fact]
    public void Of_sequences_that_end_together_the_longest_counts()
    {
        var matcher = new StopSequenceMatcher(["d", "bcd"]);

        Assert.Equal("a", matcher.Append("abcd"));
        Assert.Equal("bcd", matcher.Matched);
    }

    [Fact]
    public void Empty_sequences_are_refused() => Assert.Throws<ArgumentException>(() => new StopSequenceMatcher(["a", ""]));

    [Fact]
    public void Any_cutting_gives_the_text_before_the_first_ending()
    {
        for (ulong seed = 0; seed < 3000; seed++)
        {
            var random = new Xoshiro256(seed);
            string Letters(int most) => string.Concat(
                Enumerable.Range(0, 1 + (int)(random.Next() % (ulong)most)).Select(_ => "ab"[(int)(random.Next() % 2)]));
            string[] sequences = [Letters(4), Letters(5), Letters(6)];
            var text = Letters(40);
            var matcher = new StopSequenceMatcher(sequences);

            var result = "";
            for (var at = 0; at < text.Length;)
            {
                var length = Math.Min(text.Length - at, 1 + (int)(random.Next() % 4));
                result += matcher.Append(text.Substring(at, length));
                at += length;
            }

            result += matcher.Flush();

            var (expected, stopped) = Expected(text, sequences);
            Assert.True(
                expected == result && stopped == matcher.IsMatched,
                $"seed {seed}: '{text}' with {string.Join(", ", sequences)}: expected '{expected}', got '{result}'");
        }
    }

    private static (string Text, bool Stopped) Expected(string text, string[] sequences)
    {
        for (var end = 1; end <= text.Length; end++)
        {
            var ending = sequences.Where(sequence => text[..end].EndsWith(sequence, StringComparison.Ordinal)).ToArray();
            if (ending.Length > 0)
            {
                return (text[..(end - ending.Max(sequence => sequence.Length))], true);
            }
        }

        return (text, false);
    }
}
