using System.Numerics;

namespace Cairn.Tensors;

/// <summary>A function of the elements at one index of one or two buffers.</summary>
internal interface IElementwiseOperator
{
    /// <summary>The function on one vector of elements; a unary operator ignores <paramref name="b"/>.</summary>
    static abstract Vector<float> Apply(Vector<float> a, Vector<float> b);
}
