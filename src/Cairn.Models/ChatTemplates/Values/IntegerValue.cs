using System.Globalization;
using System.Numerics;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>Python's unbounded <c>int</c>, bounded here to <see cref="MaxDigits"/> digits.</summary>
internal sealed class IntegerValue : Value
{
    /// <summary>Python refuses to print more digits than these; here no integer has more.</summary>
    public const int MaxDigits = 4300;

    private const int MaxBits = 14_284;

    public IntegerValue(BigInteger number)
    {
        if (number.GetBitLength() > MaxBits)
        {
            throw Fault.Limit($"An integer has more than {MaxDigits} digits.");
        }

        Number = number;
    }

    public override string TypeName => "int";

    public override bool IsTrue => !Number.IsZero;

    public BigInteger Number { get; }

    public override void Represent(BoundedText text) => text.Append(Number.ToString(CultureInfo.InvariantCulture));

    public override bool EqualTo(Value other) => PythonNumbers.Equal(this, other);

    public override bool SameAs(Value other) => other is IntegerValue integer && integer.Number == Number;

    public override int Hash() => PythonNumbers.Hash(this);
}
