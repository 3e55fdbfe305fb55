using Cairn.Cli.Output;
using Xunit;

namespace Cairn.Cli.Tests.Output;

public sealed class DataSizeTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 kB")]
    [InlineData(999_949, "999.9 kB")]
    [InlineData(999_950, "1.0 MB")]
    [InlineData(105_454_144, "105.5 MB")]
    [InlineData(999_950_000, "1.00 GB")]
    [InlineData(4_200_000_000_000, "4,200.00 GB")]
    public void Size_is_told_in_the_unit_that_fits(long bytes, string expected) => Assert.Equal(expected, DataSize.Format(bytes));
}
