namespace Cairn.Tensors.Attention;

/// <summary>
/// One unit of attention work: the queries of a few neighbouring tokens that read the same key/value head, over a
/// range of blocks.
/// </summary>
internal unsafe struct AttentionTile
{
    /// <summary>Query of token t, head g: <c>Queries + t·QueryStride + g·HeadDim</c>.</summary>
    public float* Queries;

    /// <summary>Floats from one token's queries to the next.</summary>
    public int QueryStride;

    /// <summary>Result, addressed like the queries with <see cref="OutputStride"/>.</summary>
    public float* Output;

    /// <summary>Floats from one token's results to the next.</summary>
    public int OutputStride;

    /// <summary>Tokens of the tile.</summary>
    public int Tokens;

    /// <summary>Query heads that share the key/value head.</summary>
    public int HeadsPerGroup;

    /// <summary>Positions that token 0 sees: its own position + 1 when causal, all otherwise.</summary>
    public int FirstVisible;

    /// <summary>What each further token sees more: 1 when causal, 0 otherwise.</summary>
    public int VisibleStep;

    /// <summary>Positions that a token sees at most, counted back from the last that it sees; 0 for all.</summary>
    public int Window;

    /// <summary>Positions of the sequence: what <see cref="VisibleStep"/> adds ends here; 0 where that cannot go beyond.</summary>
    public int Positions;

    /// <summary>First block to read.</summary>
    public int BlockStart;

    /// <summary>Block after the last to read; blocks that no token sees are left out by the kernel.</summary>
    public int BlockEnd;

    /// <summary>Block after the last of the sequence, when its reading goes on in the next tile; 0 otherwise.</summary>
    public int BlocksAhead;

    /// <summary>Blocks of the sequence.</summary>
    public byte** Blocks;

    /// <summary>Bytes from the start of a block to the head.</summary>
    public long HeadOffset;

    /// <summary>Factor on the scores, usually 1/√(head dim).</summary>
    public float Scale;

    /// <summary>c of c · tanh(s / c), applied to scaled scores; 0 for none.</summary>
    public float SoftCap;

    /// <summary>
    /// Where unfinished results go, one row of value stride + 2 floats a query (sum of p·v, maximum, sum of p), or
    /// null to divide and write to <see cref="Output"/>.
    /// </summary>
    public float* Partials;
}
