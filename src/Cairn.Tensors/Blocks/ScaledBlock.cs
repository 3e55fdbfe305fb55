namespace Cairn.Tensors;

/// <summary>What all formats with <see cref="IScaledBlock{TSelf, TLevels}"/> share.</summary>
internal static class ScaledBlock
{
    /// <summary>Weights in a block.</summary>
    public const int Size = 32;
}
