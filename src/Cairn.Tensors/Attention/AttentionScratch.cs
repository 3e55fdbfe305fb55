namespace Cairn.Tensors.Attention;

/// <summary>Working memory of one worker: pointers into memory that an <see cref="AttentionScratchPool"/> owns.</summary>
internal readonly unsafe struct AttentionScratch
{
    private const int WeightedRows = 8;

    /// <summary>Lays the parts out in <paramref name="memory"/>, which has <see cref="Length"/> floats.</summary>
    public AttentionScratch(float* memory, KvBlockLayout layout, int headsPerGroup)
    {
        Rows = RowsFor(headsPerGroup);
        Scores = memory;
        Weighted = Scores + (Rows * KvBlockLayout.BlockLength);
        Sums = Weighted + (WeightedRows * KvBlockLayout.BlockLength);
        Queries = Sums + (Rows * layout.ValueStride);
        Maxima = Queries + (Rows * layout.HeadDim);
        Totals = Maxima + Rows;
    }

    /// <summary>Queries that fit, a multiple of 4.</summary>
    public int Rows { get; }

    /// <summary>Scores, then probabilities, of one block, [rows, 128].</summary>
    public float* Scores { get; }

    /// <summary>Probabilities times the scales of values, [8, 128].</summary>
    public float* Weighted { get; }

    /// <summary>Σ p·v, [rows, value stride].</summary>
    public float* Sums { get; }

    /// <summary>Scaled queries, [rows / 4, head dim, 4].</summary>
    public float* Queries { get; }

    /// <summary>Running maximum of the scores, [rows].</summary>
    public float* Maxima { get; }

    /// <summary>Running Σ p, [rows].</summary>
    public float* Totals { get; }

    /// <summary>Floats of memory that one worker needs; a multiple of 16, so that workers share no cache line.</summary>
    public static int Length(KvBlockLayout layout, int headsPerGroup)
    {
        int perRow = KvBlockLayout.BlockLength + layout.ValueStride + layout.HeadDim + 2;
        return ((RowsFor(headsPerGroup) * perRow) + (WeightedRows * KvBlockLayout.BlockLength) + 15) & ~15;
    }

    /// <summary>The number of rows that the kernel works on when it is asked for <paramref name="rows"/>.</summary>
    public static int RoundUp(int rows) => (rows + 3) & ~3;

    private static int RowsFor(int headsPerGroup) => Math.Max(AttentionKernel.PreferredRows, RoundUp(headsPerGroup));
}
