using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Computes a feed-forward block: y = Down(activation(Gate(x), Up(x))).</summary>
internal sealed unsafe class FeedForwardBlock(
    DecoderConfiguration configuration, ThreadTeam team, LinearMaps maps, DecoderWorkspace work)
{
    /// <summary>Computes the block for some rows; the bias of the last map is left to what reads the result.</summary>
    /// <param name="weights">The block.</param>
    /// <param name="x">[rows, hidden].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="output">[rows, hidden]; no overlap with <paramref name="x"/>.</param>
    public void Run(FeedForwardWeights weights, float* x, int rows, float* output)
    {
        int hidden = configuration.HiddenSize;
        int width = weights.Up.Weights.Rows;
        if (weights.Gate is { } gate)
            maps.Apply(x, rows, hidden, new MapOutput(gate, work.Gate, width), new MapOutput(weights.Up, work.Up, width));
        else
            maps.Apply(x, rows, hidden, new MapOutput(weights.Up, work.Up, width));

        Activate(weights, rows, width);
        maps.Apply(work.Up, rows, width, new MapOutput(weights.Down, output, hidden));
    }

    private void Activate(FeedForwardWeights weights, int rows, int width)
    {
        fixed (float* gateBias = weights.Gate?.Bias)
        fixed (float* upBias = weights.Up.Bias)
        {
            var job = new FeedForwardJob
            {
                Gate = work.Gate,
                Up = work.Up,
                GateBias = gateBias,
                UpBias = upBias,
                Kind = configuration.Family.FeedForward,
                Rows = rows,
                Width = width,
            };
            RowJob.Run(team, rows, &FeedForwardJob.Work, &job);
        }
    }
}
