using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>
/// f16 to float32 without a conversion instruction, which .NET does not expose: the half's bits, moved to a single's
/// places, are the value times 2^−112.
/// </summary>
/// <remarks>Exact for every finite half, subnormals included. Infinities and NaN come out finite: packing refuses
/// them.</remarks>
internal static unsafe class HalfVector
{
    /// <summary>2^112: the difference of the exponents' biases.</summary>
    public const float Rebias = 5.192296858534828e33f;

    /// <summary>A single's place of a half's mantissa.</summary>
    public const int MantissaShift = 13;

    /// <summary>The bits of a sign-extended half, shifted, that are its sign and magnitude.</summary>
    public const int SignAndMagnitude = unchecked((int)0x8FFF_E000);

    /// <summary>The bits of a shifted half that are its exponent.</summary>
    public const int Exponent = 0x0F80_0000;

    /// <summary>Four halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load4(byte* halves)
    {
        // Sign-extended: bits 28 to 31 are the sign.
        var bits = Vector128.WidenLower(Vector64.Load((short*)halves).ToVector128Unsafe()) << MantissaShift;
        return (bits & Vector128.Create(SignAndMagnitude)).AsSingle() * Vector128.Create(Rebias);
    }

    /// <summary>Eight halves; needs AVX2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* halves)
    {
        var bits = Avx2.ConvertToVector256Int32((short*)halves) << MantissaShift;
        return (bits & Vector256.Create(SignAndMagnitude)).AsSingle() * Vector256.Create(Rebias);
    }

    /// <summary>Sixteen halves; needs AVX-512.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(byte* halves)
    {
        var bits = Avx512F.ConvertToVector512Int32(Vector256.Load((short*)halves)) << MantissaShift;
        return (bits & Vector512.Create(SignAndMagnitude)).AsSingle() * Vector512.Create(Rebias);
    }

    /// <summary>One half, with the same arithmetic.</summary>
    public static float Load(byte* half)
    {
        var bits = (int)*(short*)half << MantissaShift;
        return BitConverter.Int32BitsToSingle(bits & SignAndMagnitude) * Rebias;
    }
}
