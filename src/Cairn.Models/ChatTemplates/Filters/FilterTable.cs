using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Filters;

/// <summary>All filters by name. A new filter is one entry of the table it belongs to.</summary>
internal static class FilterTable
{
    private static readonly FrozenDictionary<string, BuiltinFunction> Table = BuiltinFunction.ToTable(
    [
        .. GeneralFilters.All,
        .. TextFilters.All,
        .. HtmlFilters.All,
        .. NumberFilters.All,
        .. SequenceFilters.All,
        .. SelectionFilters.All,
    ]);

    public static bool TryGet(string name, [NotNullWhen(true)] out BuiltinFunction? filter) =>
        Table.TryGetValue(name, out filter);

    /// <summary>Applies a filter whose name is only known while rendering, as <c>map</c> does.</summary>
    public static Value Apply(RenderContext context, string name, Value subject, CallArguments arguments) =>
        TryGet(name, out var filter)
            ? filter.Invoke(context, subject, arguments)
            : throw Fault.Other($"No filter named '{name}'.");
}
