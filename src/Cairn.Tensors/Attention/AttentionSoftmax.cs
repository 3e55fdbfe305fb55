using System.Runtime.CompilerServices;

namespace Cairn.Tensors.Attention;

/// <summary>One step of the online softmax of a row, in powers of two.</summary>
internal static unsafe class AttentionSoftmax
{
    /// <summary>log2 e: e^x = 2^(x · log2 e).</summary>
    public const float Log2E = 1.44269504f;

    private const float Lowest = -125; // 2^−125 is a normal number, and nothing beside any probability that counts

    /// <summary>
    /// m' = max(m, s); s = scale · 2^(s − m'); l' = l · 2^(m − m') + Σ 2^(s − m'). A row that has seen nothing yet and sees
    /// nothing now stays as it is, with zeros for s.
    /// </summary>
    /// <param name="scores">Scores times log2 e, −∞ where masked; receives the probabilities.</param>
    /// <param name="count">Scores, a multiple of 32.</param>
    /// <param name="scale">Factor on what is stored.</param>
    /// <param name="maximum">m, −∞ at first.</param>
    /// <param name="total">l, 0 at first.</param>
    /// <returns>2^(m − m'), which belongs on what was summed before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Apply<TLanes, TVector>(float* scores, int count, float scale, ref float maximum, ref float total)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        TVector maxima = TLanes.Load(scores);
        for (int i = TLanes.Count; i < count; i += TLanes.Count)
            maxima = TLanes.Max(maxima, TLanes.Load(scores + i));

        float previous = maximum;
        float highest = MathF.Max(previous, TLanes.MaxAcross(maxima));
        if (float.IsNegativeInfinity(highest))
        {
            new Span<float>(scores, count).Clear();
            return 1;
        }

        TVector shift = TLanes.Broadcast(highest);
        TVector factor = TLanes.Broadcast(scale);
        TVector sum = TLanes.Broadcast(0);
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TVector p = Exp2<TLanes, TVector>(TLanes.Subtract(TLanes.Load(scores + i), shift));
            sum = TLanes.Add(sum, p);
            TLanes.Store(TLanes.Multiply(p, factor), scores + i);
        }

        float correction = previous == highest ? 1 : Exp2<TLanes, TVector>(previous - highest);
        maximum = highest;
        total = (total * correction) + TLanes.Sum(sum);
        return correction;
    }

    /// <summary>2^x for x ≤ 0, relative error below 2e-7; 2^−125 for everything smaller.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exp2<TLanes, TVector>(float x)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.First(Exp2<TLanes, TVector>(TLanes.Broadcast(x)));

    /// <remarks>
    /// x = n + r with |r| ≤ 1/2, then a polynomial of degree 6 for 2^r (coefficients of Cephes' exp2f) and 2^n through the
    /// exponent.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exp2<TLanes, TVector>(TVector x)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        x = TLanes.Max(x, TLanes.Broadcast(Lowest));
        TVector magic = TLanes.Broadcast(12582912f); // 1.5 · 2^23: adding it rounds to an integer
        TVector shifted = TLanes.Add(x, magic);
        TVector r = TLanes.Subtract(x, TLanes.Subtract(shifted, magic));
        TVector y = TLanes.MultiplyAdd(r, TLanes.Broadcast(1.535336188e-4f), TLanes.Broadcast(1.339887440e-3f));
        y = TLanes.MultiplyAdd(y, r, TLanes.Broadcast(9.618437357e-3f));
        y = TLanes.MultiplyAdd(y, r, TLanes.Broadcast(5.550332471e-2f));
        y = TLanes.MultiplyAdd(y, r, TLanes.Broadcast(2.402264791e-1f));
        y = TLanes.MultiplyAdd(y, r, TLanes.Broadcast(6.931472028e-1f));
        y = TLanes.MultiplyAdd(y, r, TLanes.Broadcast(1f));
        return TLanes.ScaleByPowerOfTwo(y, shifted);
    }
}
