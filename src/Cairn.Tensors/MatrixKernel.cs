namespace Cairn.Tensors;

/// <summary>
/// How the weights of a matrix lie in memory and which instructions multiply them. A kernel is chosen once per
/// matrix; it holds no state of the matrix and is shared by all matrices of its kind.
/// </summary>
internal abstract unsafe class MatrixKernel
{
    /// <summary>Report for people: format, layout, arithmetic and instruction set, for example <c>Q4_1 R8 int8 AVX2</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Output rows that the kernel computes together; work is handed out in whole panels.</summary>
    public abstract int PanelRows { get; }

    /// <summary>The form of the activations that the kernel reads.</summary>
    public abstract ActivationForm Form { get; }

    /// <summary>Bytes of the packed weights; 0 when the kernel reads the file's own layout.</summary>
    public abstract long PackedBytes(int rows, int columns);

    /// <summary>Floats of scratch that one worker needs.</summary>
    public abstract int ScratchLength(int columns);

    /// <summary>Writes the packed form of panels [<paramref name="panel"/>, <paramref name="endPanel"/>).</summary>
    /// <returns>False when the kernel cannot compute these weights (a scale is not finite).</returns>
    public abstract bool Pack(byte* source, int rows, int columns, int panel, int endPanel, byte* packed);

    /// <summary>Panels that one piece of work holds for so many tokens.</summary>
    public abstract int ChunkPanels(int tokens);

    /// <summary>Pieces that a worker takes together while its share has them.</summary>
    public virtual int ChunksAtOnce(int tokens) => 1;

    /// <summary>
    /// Writes output[t·stride + r] = Σ_k W[r,k]·x[t,k] for the rows of panels [<paramref name="panel"/>,
    /// <paramref name="endPanel"/>) and every token.
    /// </summary>
    public abstract void Multiply(in KernelCall call, int panel, int endPanel, float* scratch);

    /// <summary>Writes one row of exact weights.</summary>
    public abstract void DequantizeRow(byte* data, int rows, int columns, int row, Span<float> values);

    /// <summary>Panels of a matrix.</summary>
    public int PanelCount(int rows) => (int)(((long)rows + PanelRows - 1) / PanelRows);

    /// <summary>Pieces of work that a matrix has for so many tokens.</summary>
    public int ChunkCount(int rows, int tokens) => (PanelCount(rows) + ChunkPanels(tokens) - 1) / ChunkPanels(tokens);

    /// <summary>Computes pieces [<paramref name="chunk"/>, <paramref name="endChunk"/>) of <see cref="ChunkCount"/>.</summary>
    public void MultiplyChunks(in KernelCall call, int chunk, int endChunk, float* scratch)
    {
        var panels = ChunkPanels(call.Tokens);
        Multiply(call, chunk * panels, Math.Min(endChunk * panels, PanelCount(call.Rows)), scratch);
    }
}
