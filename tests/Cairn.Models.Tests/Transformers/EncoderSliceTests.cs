using Cairn.Models.Transformers;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

public sealed class EncoderSliceTests
{
    [Fact]
    public void Slices_hold_every_sequence_once_and_few_tokens()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            int[] lengths = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(1, 200))];
            List<EncoderSlice> slices = Cut(lengths, 128);

            int sequence = 0;
            int row = 0;
            foreach (EncoderSlice slice in slices)
            {
                Assert.Equal((sequence, row), (slice.FirstSequence, slice.FirstRow));
                Assert.Equal(slice.Rows, lengths.Skip(sequence).Take(slice.Sequences).Sum());
                Assert.True(slice.Rows <= 128 || slice.Sequences == 1, $"seed {seed}: {slice}");
                sequence += slice.Sequences;
                row += slice.Rows;
            }

            Assert.Equal(lengths.Length, sequence);
        }
    }

    [Theory]
    [InlineData(true, 2, 128, 128)]
    [InlineData(true, 2, 128, 128, 128, 128, 128, 128, 128, 128, 100)]
    [InlineData(true, 3, 500, 500, 500)]
    [InlineData(true, 1, 7)]
    [InlineData(false, 2, 128)] // one worker would wait for the other
    [InlineData(false, 2, 128, 128, 128)]
    [InlineData(false, 2, 500, 20, 20)]
    [InlineData(false, 4, 128, 128, 128, 128, 128)]
    public void Slices_are_shared_where_all_workers_finish_about_together(bool expected, int workers, params int[] lengths) =>
        Assert.Equal(expected, EncoderSlice.CanBeShared(Cut(lengths, 128), workers));

    private static List<EncoderSlice> Cut(int[] lengths, int most)
    {
        var slices = new List<EncoderSlice>();
        EncoderSlice.Cut(lengths, most, slices);
        return slices;
    }
}
