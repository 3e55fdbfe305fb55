namespace Cairn.Tensors;

/// <summary>Activations of one product, [tokens, columns]: as floats, and where a kernel asks for it as integers.</summary>
internal unsafe struct Activations
{
    /// <summary>Float activations, row-major without gaps.</summary>
    public float* Values;

    /// <summary>The same as 8-bit blocks of 32; empty when no kernel of the call reads them.</summary>
    public Int8Activations Blocks;

    /// <summary>The same as 8-bit blocks of 256; empty when no kernel of the call reads them.</summary>
    public Int8Activations SuperBlocks;

    /// <summary>The same as 16-bit rows; empty when no kernel of the call reads them.</summary>
    public Int16Activations Rows;
}
