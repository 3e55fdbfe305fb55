using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>
/// <see cref="ActivationQuantizer"/> for the four tokens of a tile at once, with AVX2: their scales and sums are lanes of
/// one vector, and their quants leave interleaved, as whole vectors.
/// </summary>
/// <remarks>Equal bit for bit to <see cref="ActivationQuantizer.Scalar"/>, one token after the other.</remarks>
internal static unsafe class ActivationTileQuantizer
{
    /// <summary>Quantises four tokens.</summary>
    /// <param name="x">Activations, [4, columns] row-major.</param>
    /// <param name="columns">Columns, a multiple of 32.</param>
    /// <param name="tile">Receives the blocks of the tile, see <see cref="BlockToken"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Apply(float* x, int columns, byte* tile)
    {
        var x1 = x + columns;
        var x2 = x1 + columns;
        var x3 = x2 + columns;
        for (var blocks = columns / BlockToken.Columns; blocks > 0; blocks--)
        {
            // Magnitudes compare as integers, and there NaN is the largest of all.
            var low = Pairs(Largest(x), Largest(x1));
            var high = Pairs(Largest(x2), Largest(x3));
            var max = Vector128.Max(
                Sse.Shuffle(low.AsSingle(), high.AsSingle(), 0b10_00_10_00).AsInt32(),
                Sse.Shuffle(low.AsSingle(), high.AsSingle(), 0b11_01_11_01).AsInt32());
            var scale = ActivationQuantizer.ScalesOf(max.AsSingle(), out var inverse);
            Sse.Store((float*)(tile + BlockToken.ScaleOffset(Int8Activations.TileTokens)), scale);

            var bytes0 = Quantize(x, inverse.GetElement(0), out var sum0);
            var bytes1 = Quantize(x1, inverse.GetElement(1), out var sum1);
            var bytes2 = Quantize(x2, inverse.GetElement(2), out var sum2);
            var bytes3 = Quantize(x3, inverse.GetElement(3), out var sum3);
            var used = ~Vector128.Equals(inverse, Vector128<float>.Zero).AsInt32();
            StoreInterleaved(bytes0, bytes1, bytes2, bytes3, Vector256.Create(used, used), tile);

            var sums = Avx2.HorizontalAdd(Avx2.HorizontalAdd(sum0, sum1), Avx2.HorizontalAdd(sum2, sum3));
            var sum = (sums.GetLower() + sums.GetUpper()) & used;
            Vector128.ConvertToSingle(sum).Store((float*)(tile + BlockToken.SumOffset(Int8Activations.TileTokens)));

            x += BlockToken.Columns;
            x1 += BlockToken.Columns;
            x2 += BlockToken.Columns;
            x3 += BlockToken.Columns;
            tile += Int8Activations.TileTokens * BlockToken.TokenBytes;
        }
    }

    // The largest magnitudes of a block, as integers in four lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Largest(float* x)
    {
        var low = Vector256.Max(Vector256.Abs(Vector256.Load(x)).AsInt32(), Vector256.Abs(Vector256.Load(x + 8)).AsInt32());
        var high = Vector256.Max(
            Vector256.Abs(Vector256.Load(x + 16)).AsInt32(), Vector256.Abs(Vector256.Load(x + 24)).AsInt32());
        var eight = Vector256.Max(low, high);
        return Vector128.Max(eight.GetLower(), eight.GetUpper());
    }

    // The larger of lanes 0 and 1, and of 2 and 3, first of a, then of b.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Pairs(Vector128<int> a, Vector128<int> b) =>
        Vector128.Max(
            Sse.Shuffle(a.AsSingle(), b.AsSingle(), 0b10_00_10_00).AsInt32(),
            Sse.Shuffle(a.AsSingle(), b.AsSingle(), 0b11_01_11_01).AsInt32());

    // Packing works within halves: groups of four columns leave as 0, 2, 4, 6 and 1, 3, 5, 7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Quantize(float* x, float inverse, out Vector256<int> sum)
    {
        var factor = Vector256.Create(inverse);
        var q0 = ActivationQuantizer.Round(Vector256.Load(x) * factor);
        var q1 = ActivationQuantizer.Round(Vector256.Load(x + 8) * factor);
        var q2 = ActivationQuantizer.Round(Vector256.Load(x + 16) * factor);
        var q3 = ActivationQuantizer.Round(Vector256.Load(x + 24) * factor);
        sum = (q0 + q1) + (q2 + q3);
        return Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(q0, q1), Avx2.PackSignedSaturate(q2, q3)).AsInt32();
    }

    // Four by four words of each half are turned: a vector then holds one group of all tokens, then the next group.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreInterleaved(
        Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d, Vector256<int> used, byte* tile)
    {
        var ab0 = Avx2.UnpackLow(a, b).AsInt64();
        var ab1 = Avx2.UnpackHigh(a, b).AsInt64();
        var cd0 = Avx2.UnpackLow(c, d).AsInt64();
        var cd1 = Avx2.UnpackHigh(c, d).AsInt64();
        (Avx2.UnpackLow(ab0, cd0).AsInt32() & used).Store((int*)tile);
        (Avx2.UnpackHigh(ab0, cd0).AsInt32() & used).Store((int*)(tile + 32));
        (Avx2.UnpackLow(ab1, cd1).AsInt32() & used).Store((int*)(tile + 64));
        (Avx2.UnpackHigh(ab1, cd1).AsInt32() & used).Store((int*)(tile + 96));
    }
}
