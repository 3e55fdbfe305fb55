using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// 8-bit weights, 32 a block, times 16-bit activations, for any width of vectors; a lane is a row of the panel.
/// </summary>
internal sealed unsafe class Q8_0Int16VectorKernel<TLanes, TVector>(BlockFormat format)
    : Int16Kernel(format, new InterleavedLayout(TLanes.Rows, PlainScales.Count, BlockQ8_0.Size), TLanes.Name)
    where TLanes : IIntegerLanes<TVector>
    where TVector : unmanaged
{
    private const int GroupBytes = 4 * sizeof(short);
    private const int BlockGroups = BlockQ8_0.Size / 4;

    private static int ScaleBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TLanes.Rows * sizeof(ushort);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected override void MultiplyTile(
        in PanelWeights weights, short* tokens, int columns, float* scales, float* y, int stride)
    {
        var halves = weights.Scales;
        var quants = weights.Quants;
        var x0 = (byte*)tokens;
        var x1 = (byte*)(tokens + columns);
        var x2 = (byte*)(tokens + (2L * columns));
        var x3 = (byte*)(tokens + (3L * columns));
        TVector f0 = default, f1 = default, f2 = default, f3 = default;
        nint k = 0;
        for (var block = weights.Blocks; block > 0; block--)
        {
            TVector p0 = default, p1 = default, p2 = default, p3 = default;
            for (var end = k + (BlockGroups * GroupBytes); k < end; k += GroupBytes, quants += sizeof(TVector))
            {
                var (even, odd) = Widen(quants);
                p0 = Add(p0, even, odd, x0 + k);
                p1 = Add(p1, even, odd, x1 + k);
                p2 = Add(p2, even, odd, x2 + k);
                p3 = Add(p3, even, odd, x3 + k);
            }

            var d = TLanes.LoadHalves(halves);
            f0 = TLanes.MultiplyAdd(d, TLanes.ToSingle(p0), f0);
            f1 = TLanes.MultiplyAdd(d, TLanes.ToSingle(p1), f1);
            f2 = TLanes.MultiplyAdd(d, TLanes.ToSingle(p2), f2);
            f3 = TLanes.MultiplyAdd(d, TLanes.ToSingle(p3), f3);
            halves += ScaleBytes;
        }

        Store(f0, scales[0], y);
        Store(f1, scales[1], y + stride);
        Store(f2, scales[2], y + (2L * stride));
        Store(f3, scales[3], y + (3L * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected override void MultiplyToken(in PanelWeights weights, short* token, float scale, float* y)
    {
        var halves = weights.Scales;
        var quants = weights.Quants;
        var x = (byte*)token;
        TVector f = default;
        for (var block = weights.Blocks; block > 0; block--)
        {
            TVector p = default;
            for (var end = x + (BlockGroups * GroupBytes); x < end; x += GroupBytes, quants += sizeof(TVector))
            {
                var (even, odd) = Widen(quants);
                p = Add(p, even, odd, x);
            }

            f = TLanes.MultiplyAdd(TLanes.LoadHalves(halves), TLanes.ToSingle(p), f);
            halves += ScaleBytes;
        }

        Store(f, scale, y);
    }

    // Columns 0 and 2, then columns 1 and 3 of a group.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Even, TVector Odd) Widen(byte* quants)
    {
        var q = TLanes.Load(quants);
        return (TLanes.ShiftRightSigned(TLanes.ShiftLeft(q, 8), 8), TLanes.ShiftRightSigned(q, 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add(TVector sum, TVector even, TVector odd, byte* x) =>
        TLanes.AddIntegers(
            sum,
            TLanes.AddIntegers(
                TLanes.MultiplyWords(even, TLanes.Broadcast(x)), TLanes.MultiplyWords(odd, TLanes.Broadcast(x + 4))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector total, float scale, float* y) =>
        TLanes.Store(TLanes.Multiply(total, TLanes.FillSingle(scale)), (byte*)y);
}
