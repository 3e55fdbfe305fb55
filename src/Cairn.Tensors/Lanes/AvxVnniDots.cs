using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>AVX-VNNI: vpdpbusd multiplies unsigned by signed bytes.</summary>
internal readonly struct AvxVnniDots : IByteDots<Vector256<byte>>
{
    public static bool IsSupported => AvxVnni.IsSupported && Avx2Pairs.IsSupported;

    public static bool Exist => true;

    public static string Name => "AVX-VNNI";

    public static int Bias => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add(Vector256<byte> sum, Vector256<byte> quants, Vector256<byte> activations) =>
        AvxVnni.MultiplyWideningAndAdd(sum.AsInt32(), quants, activations.AsSByte()).AsByte();
}
