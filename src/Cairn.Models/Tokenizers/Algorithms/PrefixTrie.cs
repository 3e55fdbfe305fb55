namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Finds which of a set of strings a text starts with.</summary>
/// <remarks>
/// Nodes in level order, the children of one node side by side and sorted by character: found by binary search, and from
/// the root by a table.
/// </remarks>
internal sealed class PrefixTrie
{
    private const int Root = 0;

    private readonly char[] _characters;
    private readonly int[] _firstChildren;
    private readonly int[] _values;
    private readonly int[] _fromRoot;

    /// <summary>Builds the trie; of equal strings the first keeps its value, empty ones are ignored.</summary>
    public PrefixTrie(IEnumerable<(string Text, int Value)> entries)
    {
        var sorted = entries.Where(entry => entry.Text.Length > 0).ToArray();
        var texts = sorted.Select(entry => entry.Text).ToArray();
        var order = Enumerable.Range(0, sorted.Length).ToArray();
        Array.Sort(texts, order, StringComparer.Ordinal);

        var characters = new List<char> { '\0' };
        var values = new List<int> { -1 };
        var firstChildren = new List<int>();
        var groups = new Queue<Group>([new Group(0, texts.Length, 0)]);
        while (groups.TryDequeue(out var group))
        {
            firstChildren.Add(characters.Count);
            AddChildren(group, texts, order, sorted, characters, values, groups);
        }

        firstChildren.Add(characters.Count);
        _characters = [.. characters];
        _values = [.. values];
        _firstChildren = [.. firstChildren];
        _fromRoot = MakeRootTable();
    }

    /// <summary>The node below a node, or −1. Start with <see cref="Start"/>.</summary>
    public int Step(int node, char character)
    {
        if (node == Root) return _fromRoot[character];

        var start = _firstChildren[node];
        var count = _firstChildren[node + 1] - start;
        if (count == 1) return _characters[start] == character ? start : -1;

        var found = _characters.AsSpan(start, count).BinarySearch(character);
        return found >= 0 ? start + found : -1;
    }

    /// <summary>The node before the first character.</summary>
    public static int Start => Root;

    /// <summary>The value of the string that ends at a node, or −1.</summary>
    public int GetValue(int node) => _values[node];

    /// <summary>The longest of the strings that a text starts with; length 0 when there is none.</summary>
    public (int Length, int Value) FindLongest(ReadOnlySpan<char> text)
    {
        var longest = (Length: 0, Value: -1);
        var node = Root;
        var read = 0;
        while (read < text.Length)
        {
            node = Step(node, text[read++]);
            if (node < 0) break;
            if (_values[node] >= 0) longest = (read, _values[node]);
        }

        WorkMeter.Add(read);

        return longest;
    }

    private static void AddChildren(
        Group group,
        string[] texts,
        int[] order,
        (string Text, int Value)[] entries,
        List<char> characters,
        List<int> values,
        Queue<Group> groups)
    {
        for (var at = group.Start; at < group.End;)
        {
            var character = texts[at][group.Depth];
            var end = at;
            var inner = -1;
            var value = int.MaxValue;
            for (; end < group.End && texts[end][group.Depth] == character; end++)
            {
                if (texts[end].Length == group.Depth + 1) value = Math.Min(value, order[end]);
                else if (inner < 0) inner = end;
            }

            characters.Add(character);
            values.Add(value == int.MaxValue ? -1 : entries[value].Value);
            groups.Enqueue(new Group(inner < 0 ? end : inner, end, group.Depth + 1));
            at = end;
        }
    }

    private int[] MakeRootTable()
    {
        var table = new int[char.MaxValue + 1];
        Array.Fill(table, -1);
        for (var child = _firstChildren[Root]; child < _firstChildren[Root + 1]; child++)
        {
            table[_characters[child]] = child;
        }

        return table;
    }

    private readonly record struct Group(int Start, int End, int Depth);
}
