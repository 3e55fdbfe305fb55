using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// The tile of <see cref="Int8Tile{TQuants, TLanes, TVector}"/> for lanes that sum four products in 32 bits, see <see
/// cref="IIntegerLanes{TVector}.AddProducts"/>.
/// </summary>
internal static unsafe class DotTile<TQuants, TLanes, TVector>
    where TQuants : IQuantPlanes
    where TLanes : IIntegerLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>What was added to every quant of a sum of products: 0 or 128.</summary>
    public static int Bias
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TLanes.HasDots && TQuants.IsSigned ? TLanes.DotBias : 0;
    }

    /// <summary>s[p, t] += Σ q[p]·a[t] over eight groups, for panels p = 0, 1 and tokens t = 0 … 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(byte* quants, byte* a, ref TileSums<TVector> sums)
    {
        Add(quants, a, 0, ref sums);
        Add(quants, a, 1, ref sums);
        Add(quants, a, 2, ref sums);
        Add(quants, a, 3, ref sums);
        Add(quants, a, 4, ref sums);
        Add(quants, a, 5, ref sums);
        Add(quants, a, 6, ref sums);
        Add(quants, a, 7, ref sums);
    }

    /// <summary>The same for one group, a constant of the caller, and the first two tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(
        byte* quants, byte* a, int group, ref TVector s00, ref TVector s10, ref TVector s01, ref TVector s11)
    {
        quants += group * Int8Tile<TQuants, TLanes, TVector>.GroupQuants;
        a += group * Int8Tile<TQuants, TLanes, TVector>.GroupBytes;
        var w0 = TLanes.Load(quants);
        var w1 = TLanes.Load(quants + sizeof(TVector));
        Add(w0, w1, a, ref s00, ref s10);
        Add(w0, w1, a + 4, ref s01, ref s11);
    }

    /// <summary>What a 32-bit sum of products starts with, as <see cref="Int8Tile{TQuants, TLanes, TVector}.Start"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Start(int offset, byte* offsets) =>
        offset == 0
            ? default
            : TLanes.MultiplyWords(TLanes.Broadcast(offsets), TLanes.Fill(offset * 0x0001_0001));

    /// <summary>Quants as <see cref="IIntegerLanes{TVector}.AddProducts"/> takes them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Biased(TVector quants) =>
        Bias == 0 ? quants : TLanes.Xor(quants, TLanes.Fill(unchecked((int)0x8080_8080)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(byte* quants, byte* a, int group, ref TileSums<TVector> sums)
    {
        quants += group * Int8Tile<TQuants, TLanes, TVector>.GroupQuants;
        a += group * Int8Tile<TQuants, TLanes, TVector>.GroupBytes;
        var w0 = TLanes.Load(quants);
        var w1 = TLanes.Load(quants + sizeof(TVector));
        Add(w0, w1, a, ref sums.S00, ref sums.S10);
        Add(w0, w1, a + 4, ref sums.S01, ref sums.S11);
        Add(w0, w1, a + 8, ref sums.S02, ref sums.S12);
        Add(w0, w1, a + 12, ref sums.S03, ref sums.S13);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector w0, TVector w1, byte* a, ref TVector s0, ref TVector s1)
    {
        var x = TLanes.Broadcast(a);
        s0 = TLanes.AddProducts(s0, w0, x);
        s1 = TLanes.AddProducts(s1, w1, x);
    }
}
