namespace Cairn.Tensors;

/// <summary>A number of tokens that is known when a kernel is compiled.</summary>
internal interface ITokenCount
{
    /// <summary>1 to <see cref="Int8Activations.TileTokens"/>.</summary>
    static abstract int Count { get; }
}
