using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>18 bytes for 32 weights: w[i] = Scale · Levels[q[i]], a table of 16 levels that lie closer near zero.</summary>
/// <remarks>
/// <code>
/// byte  0  f16 Scale
///       2  16 bytes of nibbles: low of byte j is q[j], high q[j + 16]
/// </code>
/// Table: <c>kvalues_iq4nl</c> of ggml.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockIQ4_NL
{
    public const int Size = 32;

    public Half Scale;
    public Bytes16 Nibbles;

    /// <summary>The sixteen levels, in rising order.</summary>
    public static ReadOnlySpan<sbyte> Levels =>
        [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
}
