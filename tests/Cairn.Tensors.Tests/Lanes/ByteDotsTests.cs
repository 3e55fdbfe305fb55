using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>Instructions that sum four byte products, and their emulations, against the formula.</summary>
public sealed class ByteDotsTests
{
    [Fact]
    public void Avx_vnni_dots_equal_the_formula() => AssertFormula<AvxVnniDots, Vector256<byte>>();

    [Fact]
    public void Emulated_avx_vnni_dots_equal_the_formula() => AssertFormula<EmulatedVnniDots, Vector256<byte>>();

    [Fact]
    public void Neon_dots_equal_the_formula() => AssertFormula<NeonDots, Vector128<byte>>();

    [Fact]
    public void Emulated_neon_dots_equal_the_formula() => AssertFormula<EmulatedNeonDots, Vector128<byte>>();

    [Fact]
    public void Neon_dots_without_sdot_equal_the_formula() => AssertFormula<WidenedNeonDots, Vector128<byte>>();

    // Nothing to compare where this machine has no such instruction: then only its emulation runs.
    private static void AssertFormula<TDots, TVector>()
        where TDots : IByteDots<TVector>
        where TVector : unmanaged
    {
        for (var seed = 0; TDots.IsSupported && seed < 200; seed++)
        {
            var random = new Random(seed);
            TVector sum = default, q = default, a = default;
            var quants = Bytes(ref q);
            var activations = Bytes(ref a);
            random.NextBytes(Bytes(ref sum));
            random.NextBytes(quants);
            random.NextBytes(activations);
            var extreme = (byte)(TDots.Bias == 0 ? 128 : 255);
            for (var i = 0; i < quants.Length; i++)
            {
                quants[i] = seed % 3 == 0 ? extreme : quants[i];
                activations[i] = activations[i] == 128 ? (byte)127 : activations[i]; // quantisers never give −128
                activations[i] = seed % 6 == 0 ? (byte)129 : activations[i];
            }

            var expected = Integers(ref sum).ToArray();
            for (var i = 0; i < quants.Length; i++)
            {
                expected[i / 4] += (TDots.Bias == 0 ? (sbyte)quants[i] : quants[i]) * (sbyte)activations[i];
            }

            var result = TDots.Add(sum, q, a);

            Assert.Equal(expected, Integers(ref result).ToArray());
        }
    }

    private static Span<byte> Bytes<TVector>(ref TVector vector)
        where TVector : unmanaged =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref vector, 1));

    private static Span<int> Integers<TVector>(ref TVector vector)
        where TVector : unmanaged =>
        MemoryMarshal.Cast<byte, int>(Bytes(ref vector));

    private readonly struct WidenedNeonDots : IByteDots<Vector128<byte>>
    {
        public static bool IsSupported => NeonDots.IsSupported;

        public static bool Exist => true;

        public static string Name => "NEON";

        public static int Bias => NeonDots.Bias;

        public static Vector128<byte> Add(Vector128<byte> sum, Vector128<byte> quants, Vector128<byte> activations) =>
            NeonDots.AddWidened(sum.AsInt32(), quants.AsSByte(), activations.AsSByte()).AsByte();
    }
}
