using Cairn.Tensors.Attention;
using Xunit;

namespace Cairn.Tensors.Tests.Attention;

public sealed unsafe class BidirectionalAttentionTests
{
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(31)]
    [InlineData(64)]
    [InlineData(200)]
    [InlineData(255)]
    public void Apply_equals_the_specification_for_mixed_lengths(int reach)
    {
        const int Heads = 3, Dim = 32, Seed = 30;
        int[] lengths = [1, 17, 130, 256, 2, 301];
        int rows = lengths.Sum();
        float[] input = AttentionFixture.Values(new Random(Seed), rows * 3 * Heads * Dim, 2);
        var output = new float[rows * Heads * Dim];
        using var team = new ThreadTeam(2);
        using var attention = new BidirectionalAttention(team, Heads, Dim);
        fixed (float* queriesKeysValues = input)
        fixed (float* result = output)
            attention.Apply(lengths, queriesKeysValues, result, reach);

        int first = 0;
        foreach (int length in lengths)
        {
            for (int head = 0; head < Heads; head++)
            {
                var expected = new float[length * Dim];
                AttentionScalar.Apply(
                    Column(input, first, length, head, Heads, Dim),
                    Column(input, first, length, Heads + head, Heads, Dim),
                    Column(input, first, length, (2 * Heads) + head, Heads, Dim),
                    Dim, 1 / MathF.Sqrt(Dim), t => (int)Math.Min(length, (long)t + reach + 1), expected, t => Math.Max(0, t - reach));
                for (int i = 0; i < expected.Length; i++)
                {
                    float actual = output[((((first + (i / Dim)) * Heads) + head) * Dim) + (i % Dim)];
                    Assert.True(MathF.Abs(expected[i] - actual) <= 2e-6f, $"seed {Seed}, length {length}, reach {reach}: {actual}, not {expected[i]}");
                }
            }

            first += length;
        }
    }

    private static float[] Column(float[] input, int firstRow, int rows, int head, int heads, int dim)
    {
        var column = new float[rows * dim];
        for (int row = 0; row < rows; row++)
            input.AsSpan((((firstRow + row) * 3 * heads) + head) * dim, dim).CopyTo(column.AsSpan(row * dim));

        return column;
    }
}
