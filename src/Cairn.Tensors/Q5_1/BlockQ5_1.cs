using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>24 bytes for 32 weights: w[i] = Scale · Quants[i] + Minimum.</summary>
/// <remarks>
/// <code>
/// byte  0  f16 Scale
///       2  f16 Minimum
///       4  fifth bits, bit i of weight i
///       8  16 bytes of nibbles: low of byte j weight j, high weight j + 16
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ5_1
{
    public const int Size = 32;

    public Half Scale;
    public Half Minimum;
    public FiveBitArray Quants;
}
