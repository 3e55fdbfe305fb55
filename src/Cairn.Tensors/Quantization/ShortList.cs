namespace Cairn.Tensors;

/// <summary>The candidates of least cost, best first; of equal ones the earlier.</summary>
/// <param name="memory">Two floats a place.</param>
internal ref struct ShortList(Span<float> memory)
{
    private readonly Span<float> _candidates = memory[..(memory.Length / 2)];
    private readonly Span<float> _costs = memory[(memory.Length / 2)..];

    /// <summary>Places taken.</summary>
    public int Count { get; private set; }

    /// <summary>A candidate, from 0.</summary>
    public readonly float this[int place] => _candidates[place];

    /// <summary>Enters a candidate if it is among the best; one whose cost is not finite never is.</summary>
    public void Add(float candidate, float cost)
    {
        if (!float.IsFinite(cost))
        {
            return;
        }

        var place = Count;
        while (place > 0 && cost < _costs[place - 1])
        {
            place--;
        }

        if (place == _costs.Length)
        {
            return;
        }

        Count = Math.Min(Count + 1, _costs.Length);
        for (var i = Count - 1; i > place; i--)
        {
            (_candidates[i], _costs[i]) = (_candidates[i - 1], _costs[i - 1]);
        }

        (_candidates[place], _costs[place]) = (candidate, cost);
    }
}
