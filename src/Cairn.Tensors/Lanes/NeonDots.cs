using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Cairn.Tensors;

/// <summary>
/// 64-bit Arm: sdot multiplies signed bytes and sums four products; processors without it (before Armv8.2) do the same
/// with smull, smull2, addp and sadalp.
/// </summary>
internal readonly struct NeonDots : IByteDots<Vector128<byte>>
{
    public static bool IsSupported => AdvSimd.Arm64.IsSupported;

    public static bool Exist => true;

    public static string Name => Dp.IsSupported ? "NEON dot" : "NEON";

    public static int Bias => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Add(Vector128<byte> sum, Vector128<byte> quants, Vector128<byte> activations) =>
        Dp.IsSupported
            ? Dp.DotProduct(sum.AsInt32(), quants.AsSByte(), activations.AsSByte()).AsByte()
            : AddWidened(sum.AsInt32(), quants.AsSByte(), activations.AsSByte()).AsByte();

    /// <summary>The same without sdot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddWidened(Vector128<int> sum, Vector128<sbyte> quants, Vector128<sbyte> activations)
    {
        // Two products fit into 16 bits: 2 · 128 · 127 = 32,512.
        var low = AdvSimd.MultiplyWideningLower(quants.GetLower(), activations.GetLower());
        var high = AdvSimd.MultiplyWideningUpper(quants, activations);
        return AdvSimd.AddPairwiseWideningAndAdd(sum, AdvSimd.Arm64.AddPairwise(low, high));
    }
}
