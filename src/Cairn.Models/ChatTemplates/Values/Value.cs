namespace Cairn.Models.ChatTemplates.Values;

/// <summary>
/// A value while a template runs. Values never change once made, except for namespaces and loop state.
/// </summary>
internal abstract class Value
{
    /// <summary>Python's name of the type, for messages: <c>str</c>, <c>dict</c>.</summary>
    public abstract string TypeName { get; }

    /// <summary>Truth in a condition.</summary>
    public virtual bool IsTrue => true;

    /// <summary>Number of items; null when the value has no length.</summary>
    public virtual int? Length => null;

    /// <summary>Whether <c>value[key]</c> is possible at all.</summary>
    public virtual bool HasItems => false;

    /// <summary>Items in order; null when the value cannot be iterated. Some values can be walked only once.</summary>
    public virtual IEnumerable<Value>? Items => null;

    /// <summary>Items from the end; null when that is not possible.</summary>
    public virtual IEnumerable<Value>? ItemsReversed => null;

    /// <summary>Steps that walking the whole value takes, with all it holds.</summary>
    public virtual long Size => 1;

    /// <summary>Appends what printing shows (Python's <c>str</c>).</summary>
    public virtual void Print(BoundedText text) => Represent(text);

    /// <summary>Appends the value as source shows it (Python's <c>repr</c>).</summary>
    public abstract void Represent(BoundedText text);

    /// <summary><c>value.name</c> as Python's <c>getattr</c> finds it: methods and properties, not keys.</summary>
    public virtual AttributeLookup FindAttribute(string name) => PythonAttributes.FindOnAny(name);

    /// <summary><c>value[key]</c>; null when there is no such item or the key's type does not fit.</summary>
    public virtual Value? FindItem(Value key) => null;

    /// <summary>Python's <c>==</c>.</summary>
    public virtual bool EqualTo(Value other) => ReferenceEquals(this, other);

    /// <summary>Python's <c>is</c>.</summary>
    public virtual bool SameAs(Value other) => ReferenceEquals(this, other);

    /// <summary>Hash that agrees with <see cref="EqualTo"/>.</summary>
    /// <exception cref="ChatTemplateException">Lists and mappings cannot be keys.</exception>
    public virtual int Hash() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>The value as Python's <c>repr</c> shows it, cut short, for messages.</summary>
    public override string ToString()
    {
        var text = new BoundedText(64 * 1024);
        Represent(text);
        return text.ToString();
    }
}
