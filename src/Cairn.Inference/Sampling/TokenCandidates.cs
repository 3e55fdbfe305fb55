using System.Numerics.Tensors;

namespace Cairn.Inference.Sampling;

/// <summary>
/// Tokens still in play and their logits, as samplers pass them on. The first <see cref="SortedCount"/> are the best,
/// best first, of equal logits the lower id first; the rest follow in no order.
/// </summary>
/// <remarks>
/// Logits are doubles, so that a chain of steps stays within 1e-9 of its definition. Memory grows to the vocabulary
/// once and is then reused. Not thread-safe.
/// </remarks>
public sealed class TokenCandidates
{
    private int[] _ids = [];
    private double[] _logits = [];
    private double[] _weights = [];

    /// <summary>Number of tokens in play.</summary>
    public int Count { get; private set; }

    /// <summary>How many at the front are the best ones in order.</summary>
    public int SortedCount { get; private set; }

    /// <summary>Ids of the tokens in play.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>Logits of the tokens in play, in the order of <see cref="Ids"/>.</summary>
    public ReadOnlySpan<double> Logits => _logits.AsSpan(0, Count);

    /// <summary>True while ids rise from one candidate to the next, as after loading.</summary>
    internal bool IsInIdOrder { get; private set; }

    /// <summary>Takes all tokens of a vocabulary, except those at minus infinity, which are masked.</summary>
    /// <param name="logits">Raw scores by id.</param>
    /// <exception cref="ArgumentException">A logit is NaN or plus infinity, or every token is masked.</exception>
    public void Load(ReadOnlySpan<float> logits)
    {
        Reserve(logits.Length);
        var found = LogitLoading.Widen(logits, _logits);
        Start(logits.Length, found);
    }

    /// <summary>Takes all tokens of a vocabulary, except those at minus infinity, which are masked.</summary>
    /// <param name="logits">Raw scores by id.</param>
    /// <exception cref="ArgumentException">A logit is NaN or plus infinity, or every token is masked.</exception>
    public void Load(ReadOnlySpan<double> logits)
    {
        Reserve(logits.Length);
        logits.CopyTo(_logits);
        Start(logits.Length, LogitLoading.Inspect(logits));
    }

    /// <summary>Divides all logits by a positive number, which keeps their order.</summary>
    public void Divide(double divisor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(divisor);
        var logits = _logits.AsSpan(0, Count);
        TensorPrimitives.Divide(logits, divisor, logits);
    }

    /// <summary>Replaces the logit of one token in play; the order is forgotten.</summary>
    /// <param name="index">Position in <see cref="Ids"/>.</param>
    /// <param name="logit">The new logit, finite.</param>
    public void SetLogit(int index, double logit)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        _logits[index] = logit;
        SortedCount = 0;
    }

    /// <summary>Position of a token in play, or −1.</summary>
    public int IndexOf(int id)
    {
        var index = IsInIdOrder ? Ids.BinarySearch(id) : Ids.IndexOf(id);
        return index < 0 ? -1 : index;
    }

    /// <summary>Brings the best <paramref name="count"/> to the front, in order.</summary>
    /// <remarks>
    /// One pass over the rest with a heap of the best so far: O(n + m log k) for m candidates that enter it.
    /// </remarks>
    public void SortBest(int count)
    {
        count = Math.Min(count, Count);
        if (count <= SortedCount)
        {
            return;
        }

        IsInIdOrder = false;
        var rest = SortedCount..Count;
        BestSelection.Run(_logits.AsSpan(rest), _ids.AsSpan(rest), count - SortedCount);
        SortedCount = count;
    }

    /// <summary>
    /// Brings the best tokens to the front, in no order, until their weights e^(logit − max) sum to a bound.
    /// </summary>
    /// <param name="bound">The sum to reach.</param>
    /// <returns>How many tokens that takes; all of them if even their sum is less.</returns>
    /// <remarks>Quickselect by mass: expected O(n), whatever the shape of the distribution.</remarks>
    internal int SelectMass(double bound)
    {
        IsInIdOrder = false;
        SortedCount = 0;
        return MassSelection.Run(_logits.AsSpan(0, Count), _ids.AsSpan(0, Count), bound);
    }

    /// <summary>Drops all but the first <paramref name="count"/>, in whatever order they are.</summary>
    internal void KeepFirst(int count)
    {
        Count = Math.Min(count, Count);
        SortedCount = Math.Min(SortedCount, Count);
    }

    /// <summary>Drops all but the best <paramref name="count"/>, and sorts those.</summary>
    public void KeepBest(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        SortBest(count);
        Count = Math.Min(count, Count);
    }

    /// <summary>Drops every token whose logit is below a bound; the best one always stays.</summary>
    public void KeepAtLeast(double bound)
    {
        // Sorted ones first: they stay sorted.
        var sorted = 0;
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_logits[i] >= bound)
            {
                _logits[kept] = _logits[i];
                _ids[kept++] = _ids[i];
                sorted += i < SortedCount ? 1 : 0;
            }
        }

        if (kept == 0)
        {
            KeepBest(1);
            return;
        }

        Count = kept;
        SortedCount = sorted;
    }

    /// <summary>The highest logit.</summary>
    public double MaxLogit() => SortedCount > 0 ? _logits[0] : TensorPrimitives.Max<double>(Logits);

    /// <summary>Relative probabilities e^(logit − max), in the order of <see cref="Ids"/>, and their sum.</summary>
    /// <returns>The weights, valid until the next call, and their sum, at least 1.</returns>
    public WeightedCandidates ComputeWeights()
    {
        var weights = _weights.AsSpan(0, Count);
        TensorPrimitives.Subtract(Logits, MaxLogit(), weights);
        TensorPrimitives.Exp<double>(weights, weights);
        return new WeightedCandidates(weights, TensorPrimitives.Sum<double>(weights));
    }

    private void Reserve(int count)
    {
        if (_ids.Length < count)
        {
            _ids = new int[count];
            _logits = new double[count];
            _weights = new double[count];
        }
    }

    private void Start(int count, LogitKinds found)
    {
        Count = count;
        SortedCount = 0;
        IsInIdOrder = true;
        if ((found & LogitKinds.Invalid) != 0)
        {
            throw LogitLoading.Invalid(Logits);
        }

        if ((found & LogitKinds.Masked) != 0)
        {
            TakeUnmasked(Logits);
        }
        else
        {
            LogitLoading.FillIds(_ids.AsSpan(0, count));
        }

        if (Count == 0)
        {
            throw LogitLoading.Invalid([]);
        }
    }

    private void TakeUnmasked(ReadOnlySpan<double> logits)
    {
        Count = 0;
        for (var id = 0; id < logits.Length; id++)
        {
            if (logits[id] > double.NegativeInfinity)
            {
                _logits[Count] = logits[id];
                _ids[Count++] = id;
            }
        }
    }
}
