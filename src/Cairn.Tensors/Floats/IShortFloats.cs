using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Floats of 16 bits, made single as the format's conversion makes them.</summary>
internal interface IShortFloats
{
    /// <summary>Eight numbers, their bits sign-extended.</summary>
    static abstract Vector256<float> ToSingle(Vector256<int> numbers);

    /// <summary>One number.</summary>
    static abstract float ToSingle(short number);
}
