namespace Cairn.Tensors.Attention;

/// <summary>Neighbouring tokens of one sequence whose queries are to be answered from that sequence's cache.</summary>
/// <param name="blocks">Blocks of the sequence's cache, at least ⌈(firstPosition + tokens) / 128⌉ of them; those that no token's window reaches are not read.</param>
/// <param name="firstPosition">Position of the first token; token t sees positions 0 to firstPosition + t.</param>
/// <param name="firstRow">Row of the first token in the query and output matrices.</param>
/// <param name="tokens">Tokens of the segment.</param>
public readonly unsafe struct AttentionSegment(byte** blocks, int firstPosition, int firstRow, int tokens)
{
    /// <summary>Blocks of the sequence's cache.</summary>
    public byte** Blocks { get; } = blocks;

    /// <summary>Position of the first token.</summary>
    public int FirstPosition { get; } = firstPosition;

    /// <summary>Row of the first token.</summary>
    public int FirstRow { get; } = firstRow;

    /// <summary>Tokens of the segment.</summary>
    public int Tokens { get; } = tokens;
}
