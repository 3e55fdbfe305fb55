using System.Numerics;
using System.Runtime.InteropServices;

namespace Cairn.Inference.Sampling;

/// <summary>Partial selection: the k best of n by logit, of equals the lower id, moved to the front in order.</summary>
/// <remarks>
/// The front k form a heap with the worst on top. The rest is scanned a vector at a time for logits that beat it; of a
/// vocabulary's logits few do, so the cost is close to reading them once. Allocates nothing.
/// </remarks>
internal static class BestSelection
{
    /// <param name="logits">Logits, finite, [n]; permuted.</param>
    /// <param name="ids">Their tokens, [n]; permuted alike.</param>
    /// <param name="count">k, 1 to n.</param>
    public static void Run(Span<double> logits, Span<int> ids, int count)
    {
        var heap = new Heap(logits[..count], ids[..count]);
        heap.Build();
        var i = count;
        while ((i = IndexOfAtLeast(logits, i, logits[0])) < logits.Length)
        {
            if (IsBetter(logits[i], ids[i], logits[0], ids[0]))
            {
                (logits[0], logits[i]) = (logits[i], logits[0]);
                (ids[0], ids[i]) = (ids[i], ids[0]);
                heap.SiftDown(0, count);
            }

            i++;
        }

        heap.Sort();
    }

    private static bool IsBetter(double logit, int id, double otherLogit, int otherId) =>
        logit > otherLogit || (logit == otherLogit && id < otherId);

    private static int IndexOfAtLeast(ReadOnlySpan<double> logits, int start, double bound)
    {
        var bounds = new Vector<double>(bound);
        ref var first = ref MemoryMarshal.GetReference(logits);
        for (; start + Vector<double>.Count <= logits.Length; start += Vector<double>.Count)
        {
            if (Vector.GreaterThanOrEqualAny(Vector.LoadUnsafe(ref first, (nuint)start), bounds))
            {
                break;
            }
        }

        while (start < logits.Length && !(logits[start] >= bound))
        {
            start++;
        }

        return start;
    }

    /// <summary>Binary heap with the worst candidate at 0.</summary>
    private readonly ref struct Heap(Span<double> logits, Span<int> ids)
    {
        private readonly Span<double> _logits = logits;
        private readonly Span<int> _ids = ids;

        public void Build()
        {
            for (var i = (_ids.Length / 2) - 1; i >= 0; i--)
            {
                SiftDown(i, _ids.Length);
            }
        }

        /// <summary>Takes the worst off to the end again and again, which leaves the best first.</summary>
        public void Sort()
        {
            for (var end = _ids.Length - 1; end > 0; end--)
            {
                Swap(0, end);
                SiftDown(0, end);
            }
        }

        public void SiftDown(int parent, int length)
        {
            while (true)
            {
                var worst = (2 * parent) + 1;
                if (worst >= length)
                {
                    return;
                }

                if (worst + 1 < length && IsWorse(worst + 1, worst))
                {
                    worst++;
                }

                if (!IsWorse(worst, parent))
                {
                    return;
                }

                Swap(parent, worst);
                parent = worst;
            }
        }

        private bool IsWorse(int a, int b) => IsBetter(_logits[b], _ids[b], _logits[a], _ids[a]);

        private void Swap(int a, int b)
        {
            (_logits[a], _logits[b]) = (_logits[b], _logits[a]);
            (_ids[a], _ids[b]) = (_ids[b], _ids[a]);
        }
    }
}
