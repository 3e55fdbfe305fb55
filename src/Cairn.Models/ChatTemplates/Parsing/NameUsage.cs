namespace Cairn.Models.ChatTemplates.Parsing;

/// <summary>
/// What the parser must remember between a name and the construct around it: which of a macro's special variables
/// its body reads, and which filters and tests do not exist.
/// </summary>
/// <remarks>
/// An unknown filter or test is a syntax error, except below an <c>if</c> or in a conditional expression, where it
/// fails only when it is reached: templates ask <c>'x' is filter</c> first. A body with a frame of its own (loop,
/// macro) is strict again.
/// </remarks>
internal sealed class NameUsage
{
    private readonly HashSet<string> _special = [];
    private readonly List<ChatTemplateException> _unknown = [];

    /// <summary>Place in the list of unknown names, to go back to.</summary>
    public int Mark => _unknown.Count;

    public void Read(string name)
    {
        if (name is "varargs" or "kwargs" or "caller")
        {
            _special.Add(name);
        }
    }

    /// <summary>Special names read since the last call.</summary>
    public IReadOnlySet<string> TakeSpecial()
    {
        HashSet<string> taken = [.. _special];
        _special.Clear();
        return taken;
    }

    /// <summary>Puts names back: what a macro reads, the one around it reads too.</summary>
    public void AddSpecial(IEnumerable<string> names) => _special.UnionWith(names);

    public void AddUnknown(string what, string name, int line) =>
        _unknown.Add(Fault.Syntax($"No {what} named '{name}'.", line));

    /// <summary>
    /// What was unknown since <paramref name="mark"/> stands under a condition: let it fail when it is reached.
    /// </summary>
    public void Forgive(int mark) => _unknown.RemoveRange(mark, _unknown.Count - mark);

    /// <summary>Fails when something since <paramref name="mark"/> is unknown.</summary>
    public void Require(int mark)
    {
        if (_unknown.Count > mark)
        {
            throw _unknown[mark];
        }
    }
}
