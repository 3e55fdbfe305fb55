namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Python's <c>float</c>: an IEEE 754 double.</summary>
internal sealed class FloatValue(double number) : Value
{
    public override string TypeName => "float";

    public override bool IsTrue => Number != 0;

    public double Number { get; } = number;

    public override void Represent(BoundedText text) => text.Append(PythonNumbers.Represent(Number));

    public override bool EqualTo(Value other) => PythonNumbers.Equal(this, other);

    public override int Hash() => PythonNumbers.Hash(this);
}
