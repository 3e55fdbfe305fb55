namespace Cairn.Tensors;

/// <summary>What all formats with <see cref="ISuperBlock{TSelf}"/> share.</summary>
internal static class SuperBlock
{
    /// <summary>Weights in a block.</summary>
    public const int Size = 256;
}
