using Cairn.Tensors;
using Xunit;

namespace Cairn.Models.Tests;

public sealed class TensorTypeLayoutTests
{
    [Fact]
    public void Types_with_a_block_format_have_no_second_layout()
    {
        foreach (var format in BlockFormat.All) Assert.DoesNotContain(format.Type, TensorTypeLayout.TypesWithoutFormat);
    }

    [Fact]
    public void Every_type_that_a_file_may_name_has_a_layout()
    {
        foreach (var type in Enum.GetValues<GgmlType>())
        {
            Assert.True(TensorTypeLayout.TryGet(type, out var layout), type.ToString());
            Assert.True(layout.BlockSize > 0 && layout.BlockBytes > 0, type.ToString());
        }
    }
}
