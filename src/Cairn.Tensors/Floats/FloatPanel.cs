namespace Cairn.Tensors;

/// <summary>A few rows of float weights: row r starts at <c>Values + r·Stride</c>.</summary>
internal unsafe readonly struct FloatPanel(float* values, int stride)
{
    public readonly float* Values = values;
    public readonly int Stride = stride;
}
