using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors.Tests;

/// <summary>What <see cref="AvxVnniDots"/> computes, put together from AVX2: its kernels run on machines without it.</summary>
internal readonly struct EmulatedVnniDots : IByteDots<Vector256<byte>>
{
    public static bool IsSupported => Avx2Pairs.IsSupported;

    public static bool Exist => true;

    public static string Name => "emulated AVX-VNNI";

    public static int Bias => AvxVnniDots.Bias;

    // Even and odd bytes, each widened to 16 bits.
    public static Vector256<byte> Add(Vector256<byte> sum, Vector256<byte> quants, Vector256<byte> activations)
    {
        var (q, a) = (quants.AsInt16(), activations.AsInt16());
        var even = Avx2.MultiplyAddAdjacent(q & Vector256.Create((short)0xFF), (a << 8) >> 8);
        var odd = Avx2.MultiplyAddAdjacent(q >>> 8, a >> 8);
        return (sum.AsInt32() + even + odd).AsByte();
    }
}
