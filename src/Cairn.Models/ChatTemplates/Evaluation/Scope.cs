using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Evaluation;

/// <summary>
/// Variables of a template, a loop turn, a macro call or a <c>with</c>; reading looks outward, setting does not.
/// </summary>
internal sealed class Scope(Scope? outer)
{
    private Dictionary<string, Value>? _variables;

    public void Set(string name, Value value) => (_variables ??= new(StringComparer.Ordinal))[name] = value;

    public Value? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._variables is { } variables && variables.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return null;
    }

    private Scope? Outer { get; } = outer;
}
