namespace Cairn.Tensors;

/// <summary>
/// Runs of values side by side, one a lane, each of which gets a scale of its own: element i of all of them is
/// <see cref="Values"/>[i]. A view of a buffer of <see cref="BufferLength"/>.
/// </summary>
/// <typeparam name="TFloats">As many lanes as runs.</typeparam>
internal readonly ref struct Runs<TFloats>(Span<TFloats> buffer)
    where TFloats : unmanaged, IFloats<TFloats>
{
    private const int SumCount = 4;

    private readonly Span<TFloats> _sums = buffer[^SumCount..];

    /// <summary>x[i].</summary>
    public Span<TFloats> Values { get; } = buffer[..((buffer.Length - SumCount) / 2)];

    /// <summary>w[i], weight of the squared error of x[i]: greater than zero.</summary>
    public Span<TFloats> Weights { get; } = buffer[((buffer.Length - SumCount) / 2)..^SumCount];

    /// <summary>Σ w.</summary>
    public TFloats WeightSum => _sums[0];

    /// <summary>Σ w·x.</summary>
    public TFloats ValueSum => _sums[1];

    /// <summary>The smallest value.</summary>
    public TFloats Least => _sums[2];

    /// <summary>The largest value.</summary>
    public TFloats Most => _sums[3];

    /// <summary>The value of largest magnitude, with its sign.</summary>
    public TFloats Extreme => TFloats.IfLess(Most, TFloats.Create(0) - Least, Least, Most);

    /// <summary>Length of a buffer for runs of so many values.</summary>
    public static int BufferLength(int runLength) => (2 * runLength) + SumCount;

    /// <summary>Lays runs side by side.</summary>
    /// <param name="values">The runs, one after another.</param>
    /// <param name="weights">Their weights.</param>
    public void Load(ReadOnlySpan<float> values, ReadOnlySpan<float> weights)
    {
        var (weightSum, valueSum) = (TFloats.Create(0), TFloats.Create(0));
        var (least, most) = (TFloats.Create(float.MaxValue), TFloats.Create(float.MinValue));
        for (var i = 0; i < Values.Length; i++)
        {
            var value = TFloats.Gather(values[i..], Values.Length);
            var weight = TFloats.Gather(weights[i..], Values.Length);
            (Values[i], Weights[i]) = (value, weight);
            weightSum += weight;
            valueSum += weight * value;
            least = TFloats.Min(least, value);
            most = TFloats.Max(most, value);
        }

        (_sums[0], _sums[1], _sums[2], _sums[3]) = (weightSum, valueSum, least, most);
    }
}
