namespace Cairn.Models.Transformers;

/// <summary>Where a layer's keys and values lie in a cache.</summary>
/// <param name="Group">Group of layers, each with blocks of its own.</param>
/// <param name="Offset">Bytes from the start of a block to the layer's first head.</param>
internal readonly record struct KvLayerPlace(int Group, long Offset);
