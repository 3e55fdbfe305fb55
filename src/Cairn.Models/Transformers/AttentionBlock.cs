using Cairn.Models.Configuration;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>
/// Computes attention of a layer: queries, keys and values of a panel are projected, normed where the family does so,
/// turned to their positions and stored; then every query is answered from its sequence's cache.
/// </summary>
internal sealed unsafe class AttentionBlock : IDisposable
{
    private readonly DecoderConfiguration _configuration;
    private readonly ThreadTeam _team;
    private readonly LinearMaps _maps;
    private readonly DecoderWorkspace _work;
    private readonly RotaryTables _rotations;
    private readonly KvCacheLayout _layout;
    private readonly GroupedQueryAttention _attention;

    public AttentionBlock(
        DecoderConfiguration configuration, ThreadTeam team, LinearMaps maps, DecoderWorkspace work, RotaryTables rotations,
        KvCacheLayout layout)
    {
        _configuration = configuration;
        _team = team;
        _maps = maps;
        _work = work;
        _rotations = rotations;
        _layout = layout;
        _attention = new GroupedQueryAttention(team, configuration.HeadCount, configuration.KvHeadCount, layout.Head);
    }

    /// <summary>Computes the block for a panel; the bias of the last map is left to what reads the result.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="weights">The layer's block.</param>
    /// <param name="panel">Sequences.</param>
    /// <param name="x">[rows, hidden].</param>
    /// <param name="output">[rows, hidden]; no overlap with <paramref name="x"/>.</param>
    /// <param name="cancellationToken">Looked at between pieces of long sequences, see <see cref="AttentionPieces"/>.</param>
    public void Run(
        int layer, AttentionWeights weights, DecoderPanel panel, float* x, float* output, CancellationToken cancellationToken)
    {
        float* queries = _work.QueriesKeysValues;
        float* keys = queries + _configuration.QuerySize;
        float* values = keys + _configuration.KeyValueSize;
        int stride = _work.AttentionWidth;
        _maps.Apply(
            x, panel.Rows, _configuration.HiddenSize,
            new MapOutput(weights.Query, queries, stride),
            new MapOutput(weights.Key, keys, stride),
            new MapOutput(weights.Value, values, stride));

        KvLayerPlace place = _layout.PlaceOf(layer);
        ReadOnlySpan<AttentionSegment> segments = panel.SegmentsOf(place.Group);
        for (int i = 0; i < segments.Length; i++)
            RotateAndStore(weights, segments[i], place.Offset, _rotations.Of(layer, panel.Contexts[i]));

        var rule = new AttentionRule(_configuration.AttentionScale, _configuration.AttentionSoftCap, _configuration.WindowOf(layer));
        Answer(segments, place.Offset, rule, cancellationToken);
        _maps.Apply(
            _work.Attended, panel.Rows, _configuration.QuerySize,
            new MapOutput(weights.Output, output, _configuration.HiddenSize));
    }

    /// <inheritdoc/>
    public void Dispose() => _attention.Dispose();

    private void Answer(
        ReadOnlySpan<AttentionSegment> segments, long layerOffset, AttentionRule rule, CancellationToken cancellationToken)
    {
        bool isShort = true;
        foreach (ref readonly AttentionSegment segment in segments)
            isShort &= AttentionPieces.Next(segment.FirstPosition, segment.Tokens, rule.Window) == segment.Tokens;

        if (isShort)
        {
            Apply(segments); // all sequences together, for the balance of the threads
            return;
        }

        foreach (ref readonly AttentionSegment segment in segments)
        {
            int count;
            for (int first = 0; first < segment.Tokens; first += count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                count = AttentionPieces.Next(segment.FirstPosition + first, segment.Tokens - first, rule.Window);
                Apply([AttentionPieces.Slice(segment, first, count)]);
            }
        }

        void Apply(ReadOnlySpan<AttentionSegment> piece) => _attention.Apply(
            piece,
            layerOffset,
            _work.QueriesKeysValues,
            _work.AttentionWidth,
            _work.Attended,
            _configuration.QuerySize,
            rule);
    }

    private void RotateAndStore(AttentionWeights weights, in AttentionSegment segment, long layerOffset, RotaryView rope)
    {
        fixed (float* queryBias = weights.Query.Bias)
        fixed (float* keyBias = weights.Key.Bias)
        fixed (float* valueBias = weights.Value.Bias)
        fixed (float* queryNorm = weights.QueryNorm)
        fixed (float* keyNorm = weights.KeyNorm)
        {
            var job = new RotateAndStoreJob
            {
                Rows = _work.QueriesKeysValues + ((long)segment.FirstRow * _work.AttentionWidth),
                Stride = _work.AttentionWidth,
                QuerySize = _configuration.QuerySize,
                KeyValueSize = _configuration.KeyValueSize,
                QueryBias = queryBias,
                KeyBias = keyBias,
                ValueBias = valueBias,
                QueryNorm = queryNorm,
                QueryNormLength = weights.QueryNorm.Length,
                KeyNorm = keyNorm,
                KeyNormLength = weights.KeyNorm.Length,
                NormEpsilon = _configuration.NormEpsilon,
                Layout = _layout.Head,
                Segment = segment,
                LayerOffset = layerOffset,
                Rope = rope,
            };
            RowJob.Run(_team, segment.Tokens, &RotateAndStoreJob.Work, &job);
        }
    }
}
