namespace Cairn.Tensors;

/// <summary>Up to four rows of float weights: row r starts at <c>Values + r·Stride</c>.</summary>
internal unsafe readonly struct FloatPanel(float* values, int stride, int rowCount)
{
    public readonly float* Values = values;
    public readonly int Stride = stride;
    public readonly int RowCount = rowCount;

    /// <summary>Row <paramref name="r"/>, or the first in place of one that the panel lacks.</summary>
    public float* Row(int r) => r < RowCount ? Values + (r * Stride) : Values;
}
