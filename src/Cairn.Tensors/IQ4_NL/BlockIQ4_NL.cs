using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>18 bytes for 32 weights: w[i] = Scale · Levels[q[i]], sixteen levels that lie closer near zero.</summary>
/// <remarks>
/// <code>
/// byte  0  f16 Scale
///       2  16 bytes of nibbles: low of byte j is q[j], high q[j + 16]
/// </code>
/// Table: <c>kvalues_iq4nl</c> of ggml.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockIQ4_NL : IScaledBlock<BlockIQ4_NL, IQ4_NLLevels>
{
    public Half Scale;
    public NibbleArray Nibbles;

    /// <summary>The sixteen levels, in rising order.</summary>
    public static ReadOnlySpan<sbyte> Levels =>
        [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    public static GgmlType Type => GgmlType.IQ4_NL;

    public static IQ4_NLLevels QuantLevels => default;

    public static bool HasMinimum => false;

    public static void Set(ref BlockIQ4_NL block, Half scale, Half minimum, ReadOnlySpan<byte> codes)
    {
        block.Scale = scale;
        block.Nibbles.Set(codes);
    }
}
