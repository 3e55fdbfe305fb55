using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>34 bytes for 32 weights: w[i] = Scale · Quants[i].</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ8_0
{
    public const int Size = 32;

    public Half Scale;
    public QuantArray Quants;

    [InlineArray(Size)]
    internal struct QuantArray
    {
        private sbyte _first;
    }
}
