namespace Cairn.Models.Adapters;

/// <summary>The result of a linear map, to which adapters add.</summary>
/// <param name="map">Index of the map in its decoder.</param>
/// <param name="output">y, [rows, stride].</param>
/// <param name="stride">Floats between rows.</param>
internal readonly unsafe struct AdaptedProduct(int map, float* output, int stride)
{
    public int Map { get; } = map;

    public float* Output { get; } = output;

    public int Stride { get; } = stride;
}
