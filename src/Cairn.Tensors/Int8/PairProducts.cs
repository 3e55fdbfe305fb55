using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Unsigned quants: pairs of columns in 16 bits.</summary>
internal readonly unsafe struct PairProducts : IGroupProducts
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sum<TQuants, TLanes, TVector>(
        TVector w0, TVector w1, TVector w2, TVector w3, byte* a, int stride)
        where TQuants : IQuantPlanes
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        TLanes.MultiplyGroups(w0, w1, w2, w3, a, stride);
}
