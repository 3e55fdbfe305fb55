using System.Runtime.CompilerServices;

namespace Cairn.Tensors.Attention;

/// <summary>
/// Attention of an encoder: every token of a sequence sees every token of the same sequence, or those that are near,
/// y[t,h] = Σ_p softmax_p(q[t,h]·k[p,h] / √D) · v[p,h] over |p − t| ≤ reach. Sequences of different lengths lie one after
/// the other, so nothing is computed for padding.
/// </summary>
/// <remarks>
/// One work item is one head of one sequence; its keys and values are brought into the layout of the kernel first.
/// Results do not depend on the number of threads nor on the other sequences. Not thread-safe.
/// </remarks>
public sealed unsafe class BidirectionalAttention : IDisposable
{
    private readonly ThreadTeam _team;
    private readonly KvBlockLayout _layout;
    private readonly int _headCount;
    private readonly AttentionScratchPool _scratch;
    private AlignedMemory<byte> _packed = new(0);

    /// <summary>Creates the scratch of every worker.</summary>
    /// <param name="team">Threads to use.</param>
    /// <param name="headCount">Heads.</param>
    /// <param name="headDim">Values of a head.</param>
    public BidirectionalAttention(ThreadTeam team, int headCount, int headDim)
    {
        ArgumentNullException.ThrowIfNull(team);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(headCount);
        _team = team;
        _headCount = headCount;
        _layout = new KvBlockLayout(headDim, KvElementType.F32);
        _scratch = new AttentionScratchPool(team.ThreadCount, _layout, 1);
    }

    /// <summary>Answers the queries of all sequences.</summary>
    /// <param name="lengths">Tokens of each sequence; their sum is the number of rows.</param>
    /// <param name="queriesKeysValues">Row t: queries, keys, values, [3, heads, head dim]; rows follow each other.</param>
    /// <param name="output">Result, [rows, heads · head dim]; no overlap with the input.</param>
    /// <param name="reach">Tokens that a token sees to each side; those of the whole sequence by default.</param>
    public void Apply(ReadOnlySpan<int> lengths, float* queriesKeysValues, float* output, int reach = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(reach);
        int blocks = 1;
        foreach (int length in lengths)
            blocks = Math.Max(blocks, (length + KvBlockLayout.BlockLength - 1) / KvBlockLayout.BlockLength);

        long size = blocks * _layout.HeadBytes * _team.ThreadCount;
        if (_packed.Length < size)
        {
            _packed.Dispose();
            _packed = new AlignedMemory<byte>(size);
        }

        fixed (int* lengthPointer = lengths)
        {
            var run = new Run
            {
                Lengths = lengthPointer,
                Sequences = lengths.Length,
                Heads = _headCount,
                Blocks = blocks,
                Reach = reach,
                Input = queriesKeysValues,
                Output = output,
                Layout = _layout,
                Scratch = _scratch.Workers,
                Packed = _packed.Pointer,
            };
            _team.RunShared(&Work, &run);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scratch.Dispose();
        _packed.Dispose();
    }

    private static void Work(void* context, int worker, int workerCount)
    {
        var run = (Run*)context;
        byte** blocks = stackalloc byte*[run->Blocks];
        for (int b = 0; b < run->Blocks; b++)
            blocks[b] = run->Packed + (((worker * (long)run->Blocks) + b) * run->Layout.HeadBytes);

        for (int item; (item = Interlocked.Increment(ref run->Next) - 1) < run->Sequences * run->Heads;)
        {
            int sequence = item / run->Heads;
            long row = 0;
            for (int s = 0; s < sequence; s++)
                row += run->Lengths[s];

            Attend(run, blocks, run->Scratch[worker], row, run->Lengths[sequence], item % run->Heads);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Attend(Run* run, byte** blocks, in AttentionScratch scratch, long firstRow, int length, int head)
    {
        KvBlockLayout layout = run->Layout;
        int width = run->Heads * layout.HeadDim;
        int column = head * layout.HeadDim;
        float* input = run->Input + (firstRow * 3 * width) + column;
        for (int t = 0; t < length; t++)
        {
            float* row = input + ((long)t * 3 * width);
            layout.Store(
                blocks[t / KvBlockLayout.BlockLength], t % KvBlockLayout.BlockLength, row + width, row + (2 * width));
        }

        bool isLocal = run->Reach < length - 1;
        for (int token = 0; token < length; token += scratch.Rows)
        {
            var tile = new AttentionTile
            {
                Queries = input + ((long)token * 3 * width),
                QueryStride = 3 * width,
                Output = run->Output + ((firstRow + token) * width) + column,
                OutputStride = width,
                Tokens = Math.Min(scratch.Rows, length - token),
                HeadsPerGroup = 1,
                FirstVisible = isLocal ? token + run->Reach + 1 : length,
                VisibleStep = isLocal ? 1 : 0,
                Window = isLocal ? (2 * run->Reach) + 1 : 0,
                Positions = length,
                BlockStart = 0,
                BlockEnd = run->Blocks,
                Blocks = blocks,
                HeadOffset = 0,
                Scale = 1 / MathF.Sqrt(layout.HeadDim),
            };
            AttentionKernel.Run(tile, layout, scratch);
        }
    }

    private struct Run
    {
        public int* Lengths;
        public int Sequences;
        public int Heads;
        public int Blocks;
        public int Reach;
        public int Next;
        public float* Input;
        public float* Output;
        public KvBlockLayout Layout;
        public AttentionScratch* Scratch;
        public byte* Packed;
    }
}
