namespace Cairn.Models.Transformers;

/// <summary>A linear map and where its result goes.</summary>
/// <param name="map">The map.</param>
/// <param name="output">[rows, stride].</param>
/// <param name="stride">Floats between rows.</param>
internal readonly unsafe struct MapOutput(Projection map, float* output, int stride)
{
    public Projection Map { get; } = map;

    public float* Output { get; } = output;

    public int Stride { get; } = stride;
}
