using System.Numerics;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Python's <c>True</c> and <c>False</c>; they calculate as 1 and 0.</summary>
internal sealed class BooleanValue : Value
{
    private readonly bool _value;

    private BooleanValue(bool value) => _value = value;

    public static BooleanValue True { get; } = new(true);

    public static BooleanValue False { get; } = new(false);

    public override string TypeName => "bool";

    public override bool IsTrue => _value;

    public BigInteger Number => _value ? BigInteger.One : BigInteger.Zero;

    public static BooleanValue Of(bool value) => value ? True : False;

    public override void Represent(BoundedText text) => text.Append(_value ? "True" : "False");

    public override bool EqualTo(Value other) => PythonNumbers.Equal(this, other);

    public override int Hash() => PythonNumbers.Hash(this);
}
