using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>AVX2 and FMA alone: no sum of four products.</summary>
internal readonly struct Avx2Pairs : IByteDots<Vector256<byte>>
{
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static bool Exist => false;

    public static string Name => "AVX2";

    public static int Bias => 0;

    public static Vector256<byte> Add(Vector256<byte> sum, Vector256<byte> quants, Vector256<byte> activations) =>
        throw new UnreachableException();
}
