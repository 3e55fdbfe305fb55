using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Signed quants, which give their signs to the activations: a product fills 16 bits, so sums have 32.</summary>
internal readonly unsafe struct SignedProducts : IGroupProducts
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sum<TQuants, TLanes, TVector>(
        TVector w0, TVector w1, TVector w2, TVector w3, byte* a, int stride)
        where TQuants : IQuantPlanes
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        var ones = TLanes.Fill(0x0001_0001);
        return TLanes.AddIntegers(
            TLanes.AddIntegers(
                Multiply<TLanes, TVector>(w0, a, ones), Multiply<TLanes, TVector>(w1, a + stride, ones)),
            TLanes.AddIntegers(
                Multiply<TLanes, TVector>(w2, a + (2 * stride), ones),
                Multiply<TLanes, TVector>(w3, a + (3 * stride), ones)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Multiply<TLanes, TVector>(TVector quants, byte* a, TVector ones)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        TLanes.MultiplyWords(
            TLanes.MultiplyBytes(TLanes.Magnitude(quants), TLanes.WithSign(TLanes.Broadcast(a), quants)), ones);
}
