using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors.Attention;

/// <summary>
/// Causal attention where groups of query heads share a key/value head:
/// y[t,h] = Σ_p softmax_p(s(q[t,h]·k[p,g])) · v[p,g] with g = h / (H / G) and p ≤ position of t. An
/// <see cref="AttentionRule"/> says how scores are scaled and capped, and how far back a token sees.
/// </summary>
/// <remarks>
/// Ainslie et al. 2023, arXiv:2305.13245. Each key/value head is streamed once for all query heads of its group. Work
/// is cut into (sequence, head, tile of tokens) and, where a sequence brings few tokens, their pasts into stretches that
/// are merged afterwards. The cut does not depend on the number of threads, nor does the result. Stretches begin at
/// multiples of 512 positions, so a token gets the same bits whether it comes alone or with up to 15 others.
/// Not thread-safe.
/// </remarks>
public sealed unsafe class GroupedQueryAttention : IDisposable
{
    private const int BlocksPerSplit = 4;
    private const int MostSplitsAtOnce = 8;
    private const int MostSplitTokens = 16; // more tokens are enough work for all threads without cutting their pasts

    private readonly ThreadTeam _team;
    private readonly KvBlockLayout _layout;
    private readonly int _headsPerGroup;
    private readonly int _kvHeadCount;
    private readonly int _tokensPerTile;
    private readonly AttentionScratchPool _scratch;
    private AlignedMemory<WorkItem> _items = new(64);
    private AlignedMemory<float> _partials = new(1024);
    private int _itemCount;
    private long _partialCount;

    /// <summary>Creates the scratch of every worker.</summary>
    /// <param name="team">Threads to use.</param>
    /// <param name="headCount">Query heads, a multiple of <paramref name="kvHeadCount"/>.</param>
    /// <param name="kvHeadCount">Key/value heads.</param>
    /// <param name="layout">Layout of the cache.</param>
    /// <exception cref="ArgumentException">The head counts do not divide.</exception>
    public GroupedQueryAttention(ThreadTeam team, int headCount, int kvHeadCount, KvBlockLayout layout)
    {
        ArgumentNullException.ThrowIfNull(team);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kvHeadCount);
        if (headCount <= 0 || headCount % kvHeadCount != 0)
        {
            throw new ArgumentException(
                $"{headCount} query heads cannot share {kvHeadCount} key/value heads; a multiple is needed.",
                nameof(headCount));
        }

        _team = team;
        _layout = layout;
        _kvHeadCount = kvHeadCount;
        _headsPerGroup = headCount / kvHeadCount;
        _scratch = new AttentionScratchPool(team.ThreadCount, layout, _headsPerGroup);
        _tokensPerTile = _scratch.Workers->Rows / _headsPerGroup;
    }

    /// <summary>Bytes of working memory, the caches of the sequences not counted.</summary>
    internal long OwnedBytes => _scratch.OwnedBytes + _items.SizeInBytes + _partials.SizeInBytes;

    /// <summary>Answers the queries of all segments.</summary>
    /// <param name="segments">Sequences; their keys and values are already in their caches.</param>
    /// <param name="layerOffset">Bytes from the start of a block to the first head of the layer; heads follow each other.</param>
    /// <param name="queries">Queries, row t at <c>queries + t·queryStride</c>, [heads, head dim] each.</param>
    /// <param name="queryStride">Floats from one row to the next.</param>
    /// <param name="output">Result, row t at <c>output + t·outputStride</c>, [heads, head dim] each; no overlap.</param>
    /// <param name="outputStride">Floats from one row to the next.</param>
    /// <param name="rule">Scale, soft cap and window.</param>
    public void Apply(
        ReadOnlySpan<AttentionSegment> segments,
        long layerOffset,
        float* queries,
        int queryStride,
        float* output,
        int outputStride,
        AttentionRule rule)
    {
        Plan(segments, layerOffset, queries, queryStride, output, outputStride, rule);
        var run = new Run
        {
            Items = _items.Pointer,
            Count = _itemCount,
            Step = _partialCount > 0 ? Math.Clamp(_itemCount / (8 * _team.ThreadCount), 1, MostSplitsAtOnce) : 1,
            Partials = _partials.Pointer,
            Layout = _layout,
            Scratch = _scratch.Workers,
        };
        if (_itemCount == 1)
            Work(&run, 0, 1);
        else
            _team.RunShared(&Work, &run);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scratch.Dispose();
        _items.Dispose();
        _partials.Dispose();
    }

    private static void Work(void* context, int worker, int workerCount)
    {
        var run = (Run*)context;
        for (int start; (start = Interlocked.Add(ref run->Next, run->Step) - run->Step) < run->Count;)
        {
            for (int i = start; i < Math.Min(start + run->Step, run->Count); i++)
                Attend(run, run->Items + i, run->Scratch[worker]);
        }
    }

    private static void Attend(Run* run, WorkItem* item, in AttentionScratch scratch)
    {
        AttentionTile tile = item->Tile;
        tile.Partials = item->PartialIndex < 0 ? null : run->Partials + item->PartialIndex;
        AttentionKernel.Run(tile, run->Layout, scratch);
        if (tile.Partials is null)
            return;

        WorkItem* first = run->Items + item->FirstItem;
        if (Interlocked.Decrement(ref first->OpenSplits) == 0)
            Merge(run, first);
    }

    private void Plan(
        ReadOnlySpan<AttentionSegment> segments,
        long layerOffset,
        float* queries,
        int queryStride,
        float* output,
        int outputStride,
        AttentionRule rule)
    {
        _itemCount = 0;
        _partialCount = 0;
        foreach (ref readonly AttentionSegment segment in segments)
        {
            // The last tiles see the most: starting with them keeps the threads' ends close together.
            int tiles = (segment.Tokens + _tokensPerTile - 1) / _tokensPerTile;
            for (int t = tiles - 1; t >= 0; t--)
            {
                int token = t * _tokensPerTile;
                int count = Math.Min(_tokensPerTile, segment.Tokens - token);
                int visible = segment.FirstPosition + token + count;
                int blocks = (visible + KvBlockLayout.BlockLength - 1) / KvBlockLayout.BlockLength;
                int hidden = rule.Window == 0 ? 0 : Math.Max(0, segment.FirstPosition + token + 1 - rule.Window);
                int firstBlock = hidden / KvBlockLayout.BlockLength;
                int splits = segment.Tokens <= MostSplitTokens
                    ? ((blocks + BlocksPerSplit - 1) / BlocksPerSplit) - (firstBlock / BlocksPerSplit)
                    : 1;
                for (int head = 0; head < _kvHeadCount; head++)
                {
                    int column = head * _headsPerGroup * _layout.HeadDim;
                    var tile = new AttentionTile
                    {
                        Queries = queries + ((long)(segment.FirstRow + token) * queryStride) + column,
                        QueryStride = queryStride,
                        Output = output + ((long)(segment.FirstRow + token) * outputStride) + column,
                        OutputStride = outputStride,
                        Tokens = count,
                        HeadsPerGroup = _headsPerGroup,
                        FirstVisible = segment.FirstPosition + token + 1,
                        VisibleStep = 1,
                        Window = rule.Window,
                        BlockStart = firstBlock,
                        BlockEnd = blocks,
                        Blocks = segment.Blocks,
                        HeadOffset = layerOffset + (head * _layout.HeadBytes),
                        Scale = rule.Scale,
                        SoftCap = rule.SoftCap,
                    };
                    AddItems(tile, splits);
                }
            }
        }
    }

    private void AddItems(AttentionTile tile, int splits)
    {
        if (_itemCount + splits > _items.Length)
            _items = Grow(_items, _itemCount + splits);

        if (splits == 1)
        {
            _items.Pointer[_itemCount++] = new WorkItem { Tile = tile, PartialIndex = -1 };
            return;
        }

        (int firstBlock, int blocks) = (tile.BlockStart, tile.BlockEnd);
        tile.BlocksAhead = blocks;
        long size = (long)tile.Tokens * _headsPerGroup * (_layout.ValueStride + 2);
        if (_partialCount + (splits * size) > _partials.Length)
            _partials = Grow(_partials, _partialCount + (splits * size));

        int firstItem = _itemCount;
        for (int split = 0; split < splits; split++)
        {
            int start = ((firstBlock / BlocksPerSplit) + split) * BlocksPerSplit;
            tile.BlockStart = Math.Max(start, firstBlock);
            tile.BlockEnd = Math.Min(start + BlocksPerSplit, blocks);
            _items.Pointer[_itemCount++] = new WorkItem
            {
                Tile = tile,
                PartialIndex = _partialCount,
                PartialSize = size,
                FirstItem = firstItem,
                Splits = splits,
                OpenSplits = splits,
            };
            _partialCount += size;
        }
    }

    /// <summary>
    /// Joins the stretches of a split tile, in their order: o = Σ 2^(m_i − m)·o_i / Σ 2^(m_i − m)·l_i with m = max m_i. Whoever
    /// finishes the last stretch does it.
    /// </summary>
    private static void Merge(Run* run, WorkItem* first)
    {
        int headDim = run->Layout.HeadDim;
        int headsPerGroup = first->Tile.HeadsPerGroup;
        for (int row = 0; row < first->Tile.Tokens * headsPerGroup; row++)
        {
            float* partial = run->Partials + first->PartialIndex + ((long)row * (run->Layout.ValueStride + 2));
            float* output = first->Tile.Output + ((long)(row / headsPerGroup) * first->Tile.OutputStride)
                + (row % headsPerGroup * headDim);
            MergeRow(partial, first->PartialSize, first->Splits, run->Layout.ValueStride, new Span<float>(output, headDim));
        }
    }

    private static void MergeRow(float* first, long size, int splits, int stride, Span<float> result)
    {
        float maximum = float.NegativeInfinity;
        for (int split = 0; split < splits; split++)
            maximum = MathF.Max(maximum, first[(split * size) + stride]);

        float total = 0;
        result.Clear();
        for (int split = 0; split < splits; split++)
        {
            float* partial = first + (split * size);
            float weight = AttentionSoftmax.Exp2<Lanes128, Vector128<float>>(partial[stride] - maximum);
            total += partial[stride + 1] * weight;
            TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(partial, result.Length), weight, result, result);
        }

        TensorPrimitives.Multiply(result, 1 / total, result);
    }

    private static AlignedMemory<T> Grow<T>(AlignedMemory<T> memory, long length)
        where T : unmanaged
    {
        var larger = new AlignedMemory<T>(Math.Max(length, memory.Length * 2));
        Buffer.MemoryCopy(memory.Pointer, larger.Pointer, larger.Length * sizeof(T), memory.Length * sizeof(T));
        memory.Dispose();
        return larger;
    }

    private struct WorkItem
    {
        public AttentionTile Tile;
        public long PartialIndex;
        public long PartialSize;
        public int FirstItem; // of the same tile; it counts the stretches that are not done
        public int Splits;
        public int OpenSplits;
    }

    private struct Run
    {
        public WorkItem* Items;
        public int Count;
        public int Step; // items that a worker takes at once: neighbouring stretches of one head follow each other in memory
        public int Next;
        public float* Partials;
        public KvBlockLayout Layout;
        public AttentionScratch* Scratch;
    }
}
