namespace Cairn.Tensors;

/// <summary>One packed panel, or several of one matrix at a fixed distance.</summary>
internal unsafe readonly struct PanelWeights(byte* scales, byte* quants, long panelBytes, int blocks)
{
    /// <summary>Scales of the first panel: <c>half[blocks][scales][rows]</c>.</summary>
    public readonly byte* Scales = scales;

    /// <summary>Quants of the first panel: <c>uint[blocks][groups][rows]</c>.</summary>
    public readonly byte* Quants = quants;

    /// <summary>Bytes from one panel to the next.</summary>
    public readonly long PanelBytes = panelBytes;

    /// <summary>Blocks of a row.</summary>
    public readonly int Blocks = blocks;

    /// <summary>The same from a later panel on.</summary>
    public PanelWeights Skip(int panels) =>
        new(Scales + (panels * PanelBytes), Quants + (panels * PanelBytes), PanelBytes, Blocks);
}
