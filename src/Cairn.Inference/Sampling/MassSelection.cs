namespace Cairn.Inference.Sampling;

/// <summary>
/// Finds the smallest set of best candidates whose weights reach a bound, by quickselect: partition at a pivot, weigh
/// the better side, go on in the side where the bound is crossed.
/// </summary>
internal static class MassSelection
{
    /// <param name="logits">Logits, [n]; permuted so that the set comes first.</param>
    /// <param name="ids">Their tokens, [n]; permuted alike.</param>
    /// <param name="bound">Sum of e^(logit − max) to reach.</param>
    /// <returns>Size of the set: at least 1, at most n.</returns>
    public static int Run(Span<double> logits, Span<int> ids, double bound)
    {
        var highest = System.Numerics.Tensors.TensorPrimitives.Max<double>(logits);
        var start = 0;
        var end = logits.Length;
        var mass = 0.0;
        while (end - start > 1)
        {
            var pivot = Partition(logits[start..end], ids[start..end]) + start;
            var better = 0.0;
            for (var i = start; i < pivot; i++)
            {
                better += Math.Exp(logits[i] - highest);
            }

            if (mass + better >= bound && pivot > start)
            {
                end = pivot;
                continue;
            }

            mass += better + Math.Exp(logits[pivot] - highest);
            if (mass >= bound)
            {
                return pivot + 1;
            }

            start = pivot + 1;
        }

        return Math.Min(start + 1, logits.Length);
    }

    // Better candidates left, worse right; returns the pivot's place. The middle of three guards against sorted input.
    private static int Partition(Span<double> logits, Span<int> ids)
    {
        var last = logits.Length - 1;
        var middle = last / 2;
        OrderPair(logits, ids, 0, middle);
        OrderPair(logits, ids, 0, last);
        OrderPair(logits, ids, middle, last);
        Swap(logits, ids, middle, last);
        var pivotLogit = logits[last];
        var pivotId = ids[last];
        var place = 0;
        for (var i = 0; i < last; i++)
        {
            if (logits[i] > pivotLogit || (logits[i] == pivotLogit && ids[i] < pivotId))
            {
                Swap(logits, ids, i, place++);
            }
        }

        Swap(logits, ids, place, last);
        return place;
    }

    private static void OrderPair(Span<double> logits, Span<int> ids, int a, int b)
    {
        if (logits[b] > logits[a] || (logits[b] == logits[a] && ids[b] < ids[a]))
        {
            Swap(logits, ids, a, b);
        }
    }

    private static void Swap(Span<double> logits, Span<int> ids, int a, int b)
    {
        (logits[a], logits[b]) = (logits[b], logits[a]);
        (ids[a], ids[b]) = (ids[b], ids[a]);
    }
}
