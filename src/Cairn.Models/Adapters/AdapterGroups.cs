using Cairn.Models.Transformers;

namespace Cairn.Models.Adapters;

/// <summary>The rows of a panel by adapter and strength. A row that uses several is in several groups.</summary>
/// <remarks>Groups lie in the order of their adapters' loading, whatever the order of the rows. Allocates only while it grows.</remarks>
internal sealed class AdapterGroups
{
    private readonly List<AppliedAdapter> _adapters = [];
    private readonly List<int> _ends = [];
    private readonly List<AdapterSet> _panel = [];
    private readonly List<AdapterSet> _selected = [];
    private int[] _rows = [];

    /// <summary>Number of groups; 0 when every row runs on the base model alone.</summary>
    public int Count => _adapters.Count;

    /// <summary>The adapter of a group.</summary>
    public AppliedAdapter AdapterOf(int group) => _adapters[group];

    /// <summary>The rows of a group, ascending.</summary>
    public ReadOnlySpan<int> RowsOf(int group)
    {
        var start = group == 0 ? 0 : _ends[group - 1];
        return _rows.AsSpan(start, _ends[group] - start);
    }

    /// <summary>Groups the rows of a panel.</summary>
    public void Plan(ForwardBatch batch, int firstRow, int rows)
    {
        Clear();
        _panel.Clear();
        var isAdapted = false;
        foreach (ref readonly var sequence in batch.Sequences)
        {
            var start = Math.Max(sequence.FirstRow, firstRow);
            var end = Math.Min(sequence.FirstRow + sequence.Count, firstRow + rows);
            for (var row = start; row < end; row++) _panel.Add(sequence.Adapters);
            isAdapted |= start < end && !sequence.Adapters.IsEmpty;
        }

        if (isAdapted) Group(_panel);
    }

    /// <summary>Groups some rows of the planned panel, which now lie one after another.</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="firstRow">First row of the panel.</param>
    public void Select(ReadOnlySpan<int> rows, int firstRow)
    {
        if (Count == 0) return;

        Clear();
        _selected.Clear();
        foreach (var row in rows) _selected.Add(_panel[row - firstRow]);
        Group(_selected);
    }

    private void Clear()
    {
        _adapters.Clear();
        _ends.Clear();
    }

    private void Group(List<AdapterSet> sets)
    {
        var entries = 0;
        foreach (var set in sets)
        {
            entries += set.Applied.Length;
            foreach (var applied in set.Applied) AddGroup(applied);
        }

        if (_rows.Length < entries) _rows = new int[entries];
        var end = 0;
        foreach (var adapter in _adapters)
        {
            for (var row = 0; row < sets.Count; row++)
            {
                if (Uses(sets[row], adapter)) _rows[end++] = row;
            }

            _ends.Add(end);
        }
    }

    private void AddGroup(AppliedAdapter applied)
    {
        var place = 0;
        while (place < _adapters.Count && Precedes(_adapters[place], applied)) place++;
        if (place == _adapters.Count || !_adapters[place].IsSame(applied)) _adapters.Insert(place, applied);
    }

    private static bool Precedes(AppliedAdapter one, AppliedAdapter other) =>
        one.Adapter.Id != other.Adapter.Id ? one.Adapter.Id < other.Adapter.Id : one.Scale < other.Scale;

    private static bool Uses(AdapterSet set, AppliedAdapter adapter)
    {
        foreach (var applied in set.Applied)
        {
            if (applied.IsSame(adapter)) return true;
        }

        return false;
    }
}
