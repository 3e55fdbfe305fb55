using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors.Limits;

/// <summary>Loops that read: the sum of all 64-bit words, modulo 2⁶⁴.</summary>
internal static unsafe class ReadLimit
{
    /// <summary>Shares are multiples of it: four streams of 64 bytes.</summary>
    public const int Granularity = 256;

    private const int Line = 64;

    /// <summary>One stream: from start to end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneStream(void* context, int worker, int workerCount)
    {
        ref readonly var call = ref *(LimitCall*)context;
        var start = call.ShareOf(worker);
        Vector256<ulong> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var pass = call.Passes; pass > 0; pass--)
        {
            for (byte* p = start, end = start + call.Share; p < end; p += 4 * Line)
            {
                a += Word(p);
                b += Word(p + 32);
                c += Word(p + Line);
                d += Word(p + Line + 32);
                e += Word(p + (2 * Line));
                f += Word(p + (2 * Line) + 32);
                g += Word(p + (3 * Line));
                h += Word(p + (3 * Line) + 32);
            }
        }

        call.Finish(worker, Vector256.Sum(a + b + c + d + e + f + g + h));
    }

    /// <summary>Four streams, a quarter of the share apart: four panels of a matrix at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourStreams(void* context, int worker, int workerCount)
    {
        ref readonly var call = ref *(LimitCall*)context;
        var start = call.ShareOf(worker);
        var quarter = call.Share / 4;
        Vector256<ulong> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var pass = call.Passes; pass > 0; pass--)
        {
            for (byte* p = start, end = start + quarter; p < end; p += Line)
            {
                a += Word(p);
                b += Word(p + 32);
                c += Word(p + quarter);
                d += Word(p + quarter + 32);
                e += Word(p + (2 * quarter));
                f += Word(p + (2 * quarter) + 32);
                g += Word(p + (3 * quarter));
                h += Word(p + (3 * quarter) + 32);
            }
        }

        call.Finish(worker, Vector256.Sum(a + b + c + d + e + f + g + h));
    }

    /// <summary>Writes number <c>i</c> into the <c>i</c>-th 64-bit word of a worker's share, which also brings its pages in.</summary>
    public static void Fill(void* context, int worker, int workerCount)
    {
        ref readonly var call = ref *(LimitCall*)context;
        var words = (ulong*)call.ShareOf(worker);
        for (long i = 0; i < call.Share / sizeof(ulong); i++)
        {
            words[i] = (ulong)i;
        }
    }

    /// <summary>Σ i over the words of a share, as often as it is passed.</summary>
    public static ulong Expected(byte* start, long share, long passes)
    {
        var words = (ulong)share / sizeof(ulong);
        return unchecked(words * (words - 1) / 2 * (ulong)passes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Word(byte* p) => Vector256.LoadAligned((ulong*)p);
}
