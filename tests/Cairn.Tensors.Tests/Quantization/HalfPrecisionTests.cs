using Xunit;

namespace Cairn.Tensors.Tests;

public sealed class HalfPrecisionTests
{
    [Fact]
    public void Round_gives_a_nearest_f16_number()
    {
        var random = new Random(1);
        var lanes = new float[1];
        for (var i = 0; i < 200_000; i++)
        {
            var value = (float)((random.NextDouble() * 2) - 1) * MathF.Pow(2, random.Next(-40, 16));

            OneFloat.Store(HalfPrecision.Round(OneFloat.Create(value)), lanes);

            Assert.True(lanes[0] == (float)(Half)lanes[0], $"{value:R} became {lanes[0]:R}, which f16 lacks");
            Assert.True(
                Math.Abs((double)value - lanes[0]) <= Math.Abs((double)value - (float)(Half)value),
                $"{value:R} became {lanes[0]:R}; {(Half)value} is nearer");
        }
    }

    [Fact]
    public void ToHalf_refuses_what_overflows()
    {
        Assert.Equal(Half.MaxValue, HalfPrecision.ToHalf(65519, GgmlType.Q4_0));

        var exception = Assert.Throws<ArgumentException>(() => HalfPrecision.ToHalf(-65520, GgmlType.Q4_0));
        Assert.Contains("Q4_0 scale or minimum -65520; it is an f16, up to 65,504", exception.Message, StringComparison.Ordinal);
    }
}
