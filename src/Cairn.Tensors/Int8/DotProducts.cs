using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Any quants where the lanes have <see cref="IIntegerLanes{TVector}.AddProducts"/>: sums have 32 bits.</summary>
internal readonly unsafe struct DotProducts : IGroupProducts
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sum<TQuants, TLanes, TVector>(
        TVector w0, TVector w1, TVector w2, TVector w3, byte* a, int stride)
        where TQuants : IQuantPlanes
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        var sum = Add<TQuants, TLanes, TVector>(default, w0, a);
        sum = Add<TQuants, TLanes, TVector>(sum, w1, a + stride);
        sum = Add<TQuants, TLanes, TVector>(sum, w2, a + (2 * stride));
        return Add<TQuants, TLanes, TVector>(sum, w3, a + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add<TQuants, TLanes, TVector>(TVector sum, TVector quants, byte* a)
        where TQuants : IQuantPlanes
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        TLanes.AddProducts(sum, DotTile<TQuants, TLanes, TVector>.Biased(quants), TLanes.Broadcast(a));
}
