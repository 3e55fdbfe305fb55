using Cairn.Models.Configuration;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>Runs sequences through the layers of an encoder on a team, with scratch of its own.</summary>
/// <param name="weights">The encoder; passes on different threads may share it.</param>
/// <param name="team">Threads of the pass; stays with its owner.</param>
internal sealed unsafe class EncoderPass(EncoderWeights weights, ThreadTeam team) : IDisposable
{
    private readonly MatrixMultiplier _multiplier = new(team);
    private readonly BidirectionalAttention _attention =
        new(team, weights.Configuration.HeadCount, weights.Configuration.HeadDim);

    private EncoderWorkspace? _workspace;

    private EncoderConfiguration Configuration => weights.Configuration;

    /// <summary>Computes the last hidden states of a slice.</summary>
    /// <param name="batch">The batch, with room for the hidden states.</param>
    /// <param name="slice">Sequences to run.</param>
    /// <param name="observer">Sees the hidden states; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between layers.</param>
    public void Run(
        EncoderBatch batch, EncoderSlice slice, HiddenStateObserver? observer, CancellationToken cancellationToken)
    {
        int width = Configuration.HiddenSize;
        int rows = slice.Rows;
        float* hidden = batch.HiddenPointer + ((long)slice.FirstRow * width);
        ReadOnlySpan<int> lengths = batch.Lengths.Slice(slice.FirstSequence, slice.Sequences);
        EncoderWorkspace work = Reserve(rows);
        Embed(lengths, batch.Tokens.Slice(slice.FirstRow, rows), batch.TokenTypes.Slice(slice.FirstRow, rows), hidden, work);
        Observe(-1);
        for (int layer = 0; layer < weights.Layers.Length; layer++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Configuration.Family.HasPreNorms)
                RunPreNormLayer(layer, lengths, hidden, rows, work);
            else
                RunPostNormLayer(layer, lengths, hidden, rows, work);

            Observe(layer);
        }

        if (weights.FinalNorm.IsNone)
            return;

        AddAndNorm(hidden, null, [], weights.FinalNorm, hidden, rows);
        Observe(weights.Layers.Length);

        void Observe(int layer) => observer?.Invoke(layer, slice.FirstRow, new ReadOnlySpan<float>(hidden, rows * width));
    }

    public void Dispose()
    {
        _workspace?.Dispose();
        _attention.Dispose();
        _multiplier.Dispose();
    }

    private EncoderWorkspace Reserve(int rows)
    {
        if (_workspace is null || _workspace.Tokens < rows)
        {
            _workspace?.Dispose();
            _workspace = new EncoderWorkspace(Configuration, rows);
        }

        return _workspace;
    }

    private void Embed(
        ReadOnlySpan<int> lengths, ReadOnlySpan<int> tokens, ReadOnlySpan<int> types, float* hidden, EncoderWorkspace work)
    {
        int width = Configuration.HiddenSize;
        float[] part = work.Part;
        int row = 0;
        foreach (int length in lengths)
        {
            for (int position = 0; position < length; position++, row++)
            {
                work.Positions[row] = position;
                var target = new Span<float>(hidden + ((long)row * width), width);
                weights.TokenEmbeddings.Read(tokens[row], target);
                AddRow(weights.PositionEmbeddings, position, target);
                AddRow(weights.TypeEmbeddings, types[row], target);
            }
        }

        AddAndNorm(hidden, null, [], weights.EmbeddingNorm, hidden, row);

        void AddRow(EmbeddingTable? table, int index, Span<float> target)
        {
            if (table is not { } rows)
                return;

            rows.Read(index, part);
            RowJob.Add(target, part);
        }
    }

    private void RunPostNormLayer(int index, ReadOnlySpan<int> lengths, float* hidden, int rows, EncoderWorkspace work)
    {
        EncoderLayer layer = weights.Layers[index];
        RunAttention(index, lengths, hidden, rows, work);
        AddAndNorm(hidden, work.BlockOutput, layer.AttentionOutput.Bias, layer.AttentionNorm, hidden, rows);
        RunFeedForward(layer, hidden, rows, work);
        AddAndNorm(hidden, work.BlockOutput, layer.Down.Bias, layer.FeedForwardNorm, hidden, rows);
    }

    private void RunPreNormLayer(int index, ReadOnlySpan<int> lengths, float* hidden, int rows, EncoderWorkspace work)
    {
        EncoderLayer layer = weights.Layers[index];
        if (!layer.AttentionNorm.IsNone)
            AddAndNorm(hidden, null, [], layer.AttentionNorm, work.Attended, rows);

        RunAttention(index, lengths, layer.AttentionNorm.IsNone ? hidden : work.Attended, rows, work);
        AddAndNorm(hidden, work.BlockOutput, layer.AttentionOutput.Bias, layer.FeedForwardNorm, work.Attended, rows);
        RunFeedForward(layer, work.Attended, rows, work);
        AddAndNorm(hidden, work.BlockOutput, layer.Down.Bias, NormWeights.None, hidden, rows);
    }

    /// <summary>Block output = AttentionOutput(Attention(x)), without the last bias.</summary>
    private void RunAttention(int index, ReadOnlySpan<int> lengths, float* x, int rows, EncoderWorkspace work)
    {
        EncoderLayer layer = weights.Layers[index];
        bool isLocal = Configuration.IsLocal(index);
        int width = Configuration.HiddenSize;
        int stride = 3 * width;
        _multiplier.Multiply(x, rows, width,
        [
            new MatrixProduct(layer.Query.Weights, work.Wide, stride),
            new MatrixProduct(layer.Key.Weights, work.Wide + width, stride),
            new MatrixProduct(layer.Value.Weights, work.Wide + (2 * width), stride),
        ]);
        AddBiasesAndRotate(layer, isLocal ? weights.LocalRope : weights.Rope, rows, work);
        _attention.Apply(lengths, work.Wide, work.Attended, isLocal ? Configuration.LocalReach : int.MaxValue);
        _multiplier.Multiply(work.Attended, rows, width,
            [new MatrixProduct(layer.AttentionOutput.Weights, work.BlockOutput, width)]);
    }

    /// <summary>Block output = Down(activation), without the last bias.</summary>
    private void RunFeedForward(EncoderLayer layer, float* x, int rows, EncoderWorkspace work)
    {
        var (hidden, intermediate) = (Configuration.HiddenSize, Configuration.IntermediateSize);
        var up = new MatrixProduct(layer.Up.Weights, work.Wide, intermediate);
        _multiplier.Multiply(x, rows, hidden, layer.Gate is null
            ? [up]
            : [up, new MatrixProduct(layer.Gate.Weights, work.Gate, intermediate)]);
        fixed (float* upBias = layer.Up.Bias)
        fixed (float* gateBias = layer.Gate?.Bias)
        {
            var job = new EncoderGateJob
            {
                Up = work.Wide,
                Gate = work.Gate,
                UpBias = upBias,
                GateBias = gateBias,
                Kind = Configuration.Family.FeedForward,
                Rows = rows,
                Width = intermediate,
            };
            RowJob.Run(team, rows, &EncoderGateJob.Work, &job);
        }

        _multiplier.Multiply(work.Wide, rows, intermediate, [new MatrixProduct(layer.Down.Weights, work.BlockOutput, hidden)]);
    }

    private void AddBiasesAndRotate(EncoderLayer layer, RotaryEmbedding? rope, int rows, EncoderWorkspace work)
    {
        fixed (float* query = layer.Query.Bias)
        fixed (float* key = layer.Key.Bias)
        fixed (float* value = layer.Value.Bias)
        fixed (int* positions = work.Positions)
        {
            var job = new EncoderInputJob
            {
                X = work.Wide,
                QueryBias = query,
                KeyBias = key,
                ValueBias = value,
                HasRope = rope is not null,
                Rope = rope?.View ?? default,
                Positions = positions,
                HeadDim = Configuration.HeadDim,
                Rows = rows,
                Width = Configuration.HiddenSize,
            };
            RowJob.Run(team, rows, &EncoderInputJob.Work, &job);
        }
    }

    /// <summary>hidden += block output + bias; target = LayerNorm(hidden), where there is a norm.</summary>
    private void AddAndNorm(float* hidden, float* blockOutput, float[] bias, NormWeights norm, float* target, int rows)
    {
        fixed (float* biasPointer = bias)
        fixed (float* gain = norm.Gain)
        fixed (float* normBias = norm.Bias)
        {
            var job = new EncoderNormJob
            {
                Hidden = hidden,
                Target = target,
                BlockOutput = blockOutput,
                Bias = biasPointer,
                Gain = gain,
                NormBias = normBias,
                Epsilon = Configuration.LayerNormEpsilon,
                Rows = rows,
                Width = Configuration.HiddenSize,
            };
            RowJob.Run(team, rows, &EncoderNormJob.Work, &job);
        }
    }
}
