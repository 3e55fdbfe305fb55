using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>22 bytes for 32 weights: w[i] = Scale · (Quants[i] − 16).</summary>
/// <remarks>
/// <code>
/// byte  0  f16 Scale
///       2  fifth bits, bit i of weight i
///       6  16 bytes of nibbles: low of byte j weight j, high weight j + 16
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ5_0
{
    public const int Size = 32;

    public Half Scale;
    public FiveBitArray Quants;
}
