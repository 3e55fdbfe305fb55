using System.Runtime.Intrinsics;

namespace Cairn.Tensors.Tests;

/// <summary>What <see cref="NeonDots"/> computes, of portable operations: its kernels run on machines without it.</summary>
internal readonly struct EmulatedNeonDots : IByteDots<Vector128<byte>>
{
    public static bool IsSupported => SsePairs.IsSupported || NeonDots.IsSupported;

    public static bool Exist => true;

    public static string Name => "emulated NEON";

    public static int Bias => NeonDots.Bias;

    public static Vector128<byte> Add(Vector128<byte> sum, Vector128<byte> quants, Vector128<byte> activations)
    {
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            sum = (sum.AsInt32() + (SByte(quants, shift) * SByte(activations, shift))).AsByte();
        }

        return sum;
    }

    // A byte of every lane, with its sign.
    private static Vector128<int> SByte(Vector128<byte> value, int shift) => (value.AsInt32() << shift) >> 24;
}
