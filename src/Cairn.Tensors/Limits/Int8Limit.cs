using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors.Limits;

/// <summary>
/// Loops of byte products from the first-level cache: Σ u[k] · s[k] over a small array s, with u its first register,
/// modulo 2³². The loads are part of the loop on purpose: a product in registers alone would be hoisted out of it, and
/// no kernel is without them.
/// </summary>
internal static unsafe class Int8Limit
{
    /// <summary>Bytes of s: whole turns of every loop here, in the first-level cache.</summary>
    public const int ArrayBytes = 6144;

    /// <summary>Operations of a pass.</summary>
    public const double Work = ArrayBytes * 2.0;

    private const int Radix = 15; // values 0 to 14: no sum of four products leaves 16 bits

    /// <summary>A product, widened to 32 bits at once: any bytes whose pairs fit 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pairs<TSet, TVector>(void* context, int worker, int workerCount)
        where TSet : struct, IInt8Vectors<TVector>
        where TVector : struct
    {
        ref readonly var call = ref *(LimitCall*)context;
        var start = call.ShareOf(worker);
        var u = TSet.Load(start);
        TVector a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var pass = call.Passes; pass > 0; pass--)
        {
            for (byte* p = start, end = start + call.Share; p < end; p += 8 * TSet.Bytes)
            {
                a = TSet.Accumulate(a, TSet.Products(u, TSet.Load(p)));
                b = TSet.Accumulate(b, TSet.Products(u, TSet.Load(p + TSet.Bytes)));
                c = TSet.Accumulate(c, TSet.Products(u, TSet.Load(p + (2 * TSet.Bytes))));
                d = TSet.Accumulate(d, TSet.Products(u, TSet.Load(p + (3 * TSet.Bytes))));
                e = TSet.Accumulate(e, TSet.Products(u, TSet.Load(p + (4 * TSet.Bytes))));
                f = TSet.Accumulate(f, TSet.Products(u, TSet.Load(p + (5 * TSet.Bytes))));
                g = TSet.Accumulate(g, TSet.Products(u, TSet.Load(p + (6 * TSet.Bytes))));
                h = TSet.Accumulate(h, TSet.Products(u, TSet.Load(p + (7 * TSet.Bytes))));
            }
        }

        a = TSet.Add(TSet.Add(TSet.Add(a, b), TSet.Add(c, d)), TSet.Add(TSet.Add(e, f), TSet.Add(g, h)));
        call.Finish(worker, TSet.Total(a));
    }

    /// <summary>Four products summed in 16 bits before one widening: where one operand has 4 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fours<TSet, TVector>(void* context, int worker, int workerCount)
        where TSet : struct, IInt8Vectors<TVector>
        where TVector : struct
    {
        ref readonly var call = ref *(LimitCall*)context;
        var start = call.ShareOf(worker);
        var u = TSet.Load(start);
        TVector a = default, b = default, c = default, d = default;
        for (var pass = call.Passes; pass > 0; pass--)
        {
            for (byte* p = start, end = start + call.Share; p < end; p += 16 * TSet.Bytes)
            {
                a = TSet.Accumulate(a, FourProducts<TSet, TVector>(u, p));
                b = TSet.Accumulate(b, FourProducts<TSet, TVector>(u, p + (4 * TSet.Bytes)));
                c = TSet.Accumulate(c, FourProducts<TSet, TVector>(u, p + (8 * TSet.Bytes)));
                d = TSet.Accumulate(d, FourProducts<TSet, TVector>(u, p + (12 * TSet.Bytes)));
            }
        }

        call.Finish(worker, TSet.Total(TSet.Add(TSet.Add(a, b), TSet.Add(c, d))));
    }

    /// <summary>AVX-VNNI: vpdpbusd multiplies, sums four and accumulates at once; twelve chains cover its latency.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Vnni(void* context, int worker, int workerCount)
    {
        ref readonly var call = ref *(LimitCall*)context;
        var start = call.ShareOf(worker);
        var u = Vector256.LoadAligned(start);
        Vector256<int> a = default, b = default, c = default, d = default, e = default, f = default;
        Vector256<int> g = default, h = default, i = default, j = default, k = default, l = default;
        for (var pass = call.Passes; pass > 0; pass--)
        {
            for (byte* p = start, end = start + call.Share; p < end; p += 12 * 32)
            {
                a = AvxVnni.MultiplyWideningAndAdd(a, u, Signed(p));
                b = AvxVnni.MultiplyWideningAndAdd(b, u, Signed(p + 32));
                c = AvxVnni.MultiplyWideningAndAdd(c, u, Signed(p + 64));
                d = AvxVnni.MultiplyWideningAndAdd(d, u, Signed(p + 96));
                e = AvxVnni.MultiplyWideningAndAdd(e, u, Signed(p + 128));
                f = AvxVnni.MultiplyWideningAndAdd(f, u, Signed(p + 160));
                g = AvxVnni.MultiplyWideningAndAdd(g, u, Signed(p + 192));
                h = AvxVnni.MultiplyWideningAndAdd(h, u, Signed(p + 224));
                i = AvxVnni.MultiplyWideningAndAdd(i, u, Signed(p + 256));
                j = AvxVnni.MultiplyWideningAndAdd(j, u, Signed(p + 288));
                k = AvxVnni.MultiplyWideningAndAdd(k, u, Signed(p + 320));
                l = AvxVnni.MultiplyWideningAndAdd(l, u, Signed(p + 352));
            }
        }

        call.Finish(worker, Vector256.Sum((a + b + c + d + e + f + g + h + i + j + k + l).AsUInt32()));
    }

    /// <summary>Writes the values of s into a worker's share.</summary>
    public static void Fill(void* context, int worker, int workerCount)
    {
        ref readonly var call = ref *(LimitCall*)context;
        var bytes = call.ShareOf(worker);
        for (long i = 0; i < call.Share; i++)
        {
            bytes[i] = (byte)(((i * 37) + (i / 64)) % Radix);
        }
    }

    /// <summary>The result of a loop whose registers hold 32 bytes.</summary>
    public static ulong Expected256(byte* start, long share, long passes) => Expected(start, share, passes, 32);

    /// <summary>The result of a loop whose registers hold 64 bytes.</summary>
    public static ulong Expected512(byte* start, long share, long passes) => Expected(start, share, passes, 64);

    private static uint Expected(byte* start, long share, long passes, int width)
    {
        uint sum = 0;
        for (long i = 0; i < share; i++)
        {
            sum += (uint)(start[i % width] * (sbyte)start[i]);
        }

        return unchecked(sum * (uint)passes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector FourProducts<TSet, TVector>(TVector u, byte* p)
        where TSet : struct, IInt8Vectors<TVector>
        where TVector : struct
    {
        var low = TSet.AddWords(TSet.Products(u, TSet.Load(p)), TSet.Products(u, TSet.Load(p + TSet.Bytes)));
        var high = TSet.AddWords(
            TSet.Products(u, TSet.Load(p + (2 * TSet.Bytes))), TSet.Products(u, TSet.Load(p + (3 * TSet.Bytes))));
        return TSet.AddWords(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Signed(byte* p) => Vector256.LoadAligned(p).AsSByte();
}
