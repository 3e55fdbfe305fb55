using System.Numerics;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Python's <c>sorted</c>: a merge sort by keys that must have an order; equal items keep theirs.</summary>
internal static class StableSort
{
    /// <exception cref="ChatTemplateException">Two keys cannot be compared.</exception>
    public static List<T> By<T>(RenderContext context, IReadOnlyList<T> items, Func<T, Value> key, bool descending)
    {
        var rounds = BitOperations.Log2((uint)items.Count) + 1;
        var keys = new Value[items.Count];
        var order = new int[items.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = key(items[i]);
            context.Charge(keys[i].Size * rounds);
            order[i] = i;
        }

        Sort(order, new int[order.Length], keys, descending);
        return [.. order.Select(i => items[i])];
    }

    private static void Sort(Span<int> order, Span<int> scratch, Value[] keys, bool descending)
    {
        if (order.Length < 2)
        {
            return;
        }

        var middle = order.Length / 2;
        Sort(order[..middle], scratch, keys, descending);
        Sort(order[middle..], scratch, keys, descending);
        order.CopyTo(scratch);
        int left = 0, right = middle;
        for (var i = 0; i < order.Length; i++)
        {
            var takeRight = left == middle ||
                (right < order.Length && IsBefore(keys[scratch[right]], keys[scratch[left]], descending));
            order[i] = takeRight ? scratch[right++] : scratch[left++];
        }
    }

    private static bool IsBefore(Value a, Value b, bool descending) =>
        descending ? Comparison.Order(b, a, "<") < 0 : Comparison.Order(a, b, "<") < 0;
}
