using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>
/// 20 bytes for 32 weights: w[i] = Scale · q[i] + Minimum. The low nibble of byte j is q[j], the high nibble q[j + 16].
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ4_1
{
    public const int Size = 32;

    public Half Scale;
    public Half Minimum;
    public NibbleArray Nibbles;

    [InlineArray(Size / 2)]
    internal struct NibbleArray
    {
        private byte _first;
    }
}
