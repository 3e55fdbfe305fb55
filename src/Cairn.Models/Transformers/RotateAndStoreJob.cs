using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>
/// Tokens of one sequence in one layer: adds biases, norms queries and keys where there are gains, turns them to their
/// positions and puts keys and values into the cache.
/// </summary>
internal unsafe struct RotateAndStoreJob
{
    /// <summary>Queries, keys and values of the sequence's first token.</summary>
    public float* Rows;

    /// <summary>Floats from one token to the next.</summary>
    public int Stride;

    /// <summary>Width of all query heads.</summary>
    public int QuerySize;

    /// <summary>Width of all key heads, and of all value heads.</summary>
    public int KeyValueSize;

    /// <summary>[query size], or null.</summary>
    public float* QueryBias;

    /// <summary>[key size], or null.</summary>
    public float* KeyBias;

    /// <summary>[value size], or null.</summary>
    public float* ValueBias;

    /// <summary>Gain of the queries' RMS norm, or null.</summary>
    public float* QueryNorm;

    /// <summary>Values that are normed together: a head's, or the whole row's.</summary>
    public int QueryNormLength;

    /// <summary>Gain of the keys' RMS norm, or null.</summary>
    public float* KeyNorm;

    /// <summary>Values that are normed together.</summary>
    public int KeyNormLength;

    /// <summary>ε of these norms.</summary>
    public float NormEpsilon;

    /// <summary>Layout of the cache.</summary>
    public KvBlockLayout Layout;

    /// <summary>The sequence's tokens and blocks.</summary>
    public AttentionSegment Segment;

    /// <summary>Bytes from the start of a block to the layer.</summary>
    public long LayerOffset;

    /// <summary>Rotation tables.</summary>
    public RotaryView Rope;

    /// <summary>Next token to be claimed.</summary>
    public int NextToken;

    /// <summary>Works until no token is left; the context is this struct.</summary>
    public static void Work(void* context, int worker, int workers)
    {
        var job = (RotateAndStoreJob*)context;
        while (RowJob.TryClaim(ref job->NextToken, job->Segment.Tokens, out int start, out int end))
        {
            for (int token = start; token < end; token++)
                job->Run(token);
        }
    }

    private readonly void Run(int token)
    {
        float* query = Rows + ((long)token * Stride);
        float* key = query + QuerySize;
        float* value = key + KeyValueSize;
        RowJob.AddBias(query, QueryBias, QuerySize);
        RowJob.AddBias(key, KeyBias, KeyValueSize);
        RowJob.AddBias(value, ValueBias, KeyValueSize);

        Norm(query, QuerySize, QueryNorm, QueryNormLength);
        Norm(key, KeyValueSize, KeyNorm, KeyNormLength);

        int headDim = Layout.HeadDim;
        int kvHeads = KeyValueSize / headDim;
        int position = Segment.FirstPosition + token;
        Rope.Apply(query, QuerySize / headDim, headDim, position);
        Rope.Apply(key, kvHeads, headDim, position);
        byte* layer = Segment.Blocks[position / KvBlockLayout.BlockLength] + LayerOffset;
        for (int head = 0; head < kvHeads; head++)
        {
            Layout.Store(
                layer + (head * Layout.HeadBytes),
                position % KvBlockLayout.BlockLength,
                key + (head * headDim),
                value + (head * headDim));
        }
    }

    private readonly void Norm(float* x, int length, float* gain, int gainLength)
    {
        if (gain is not null)
            RmsNorm.Apply(new Span<float>(x, length), new ReadOnlySpan<float>(gain, gainLength), NormEpsilon, new Span<float>(x, length));
    }
}
