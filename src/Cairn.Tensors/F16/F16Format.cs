using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>IEEE 754 half precision, little-endian; a block is one value. Rounds to nearest even.</summary>
internal sealed class F16Format : BlockFormat
{
    private const int SingleExponent = 0x7F80_0000;

    public override GgmlType Type => GgmlType.F16;

    public override int BlockSize => 1;

    public override int BlockBytes => 2;

    public override float LargestValue => HalfPrecision.Largest;

    private protected override void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        var halves = MemoryMarshal.Cast<byte, short>(blocks);
        var i = 0;
        for (; i + Vector<short>.Count <= halves.Length; i += Vector<short>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(in halves[i]), out var low, out var high);
            ToSingle(low).StoreUnsafe(ref values[i]);
            ToSingle(high).StoreUnsafe(ref values[i + Vector<float>.Count]);
        }

        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<short, Half>(halves[i..]), values[i..]);
    }

    private protected override void QuantizeBlocks(
        ReadOnlySpan<float> values, Span<byte> blocks, ReadOnlySpan<float> importance) =>
        TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(blocks));

    // As HalfVector does, and infinities and NaN get the exponent of a single's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> ToSingle(Vector<int> halves)
    {
        var bits = halves << HalfVector.MantissaShift;
        var value = Vector.AsVectorSingle(bits & new Vector<int>(HalfVector.SignAndMagnitude)) * HalfVector.Rebias;
        var exponent = new Vector<int>(HalfVector.Exponent);
        var isSpecial = Vector.Equals(bits & exponent, exponent);
        return Vector.AsVectorSingle(Vector.AsVectorInt32(value) | (isSpecial & new Vector<int>(SingleExponent)));
    }
}
