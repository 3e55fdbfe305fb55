namespace Cairn.Retrieval.Reading;

/// <summary>What one file may cost. Files come from anywhere; these bounds hold for every reader.</summary>
public sealed class ReaderLimits
{
    /// <summary>The defaults.</summary>
    public static ReaderLimits Default { get; } = new();

    /// <value>Size of the file in bytes; default 64 MiB.</value>
    public long MaxFileBytes { get; init; } = 64L << 20;

    /// <value>Bytes that a packed file (DOCX, a stream of a PDF) may unpack to; default 128 MiB.</value>
    public long MaxUnpackedBytes { get; init; } = 128L << 20;

    /// <value>Entries of a packed file; default 10,000.</value>
    public int MaxEntries { get; init; } = 10_000;

    /// <value>Pages of a document; default 5,000.</value>
    public int MaxPages { get; init; } = 5_000;

    /// <value>Characters of the text; default 32 million.</value>
    public int MaxTextLength { get; init; } = 32_000_000;

    /// <value>Depth of nested elements, lists or tables; default 256.</value>
    public int MaxDepth { get; init; } = 256;

    /// <value>Time to read one file; default 30 seconds, of which the largest honest files need a few.</value>
    public TimeSpan TimeBudget { get; init; } = TimeSpan.FromSeconds(30);
}
