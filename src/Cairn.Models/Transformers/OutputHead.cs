using Cairn.Models.Adapters;
using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Turns normed rows into logits: c · tanh(scale · Output(x) / c), the cap and the scale where the model has them.</summary>
internal sealed unsafe class OutputHead(
    DecoderConfiguration configuration, Projection output, ThreadTeam team, LinearMaps maps, AdapterPass adapters)
{
    /// <summary>Writes the logits of a panel's rows that ask for them.</summary>
    /// <param name="logitsRows">Rows of the batch, ascending, all of them in the panel.</param>
    /// <param name="firstRow">First row of the panel.</param>
    /// <param name="x">[rows of the panel, hidden]; overwritten.</param>
    /// <param name="logits">[logits rows, vocabulary].</param>
    public void Write(ReadOnlySpan<int> logitsRows, int firstRow, float* x, float* logits)
    {
        if (logitsRows.IsEmpty)
            return;

        MoveTogether(logitsRows, firstRow, x);
        adapters.PlanLogits(logitsRows, firstRow);
        maps.ApplyOutput(x, logitsRows.Length, configuration.HiddenSize, new MapOutput(output, logits, configuration.VocabularySize));
        if (configuration is { LogitScale: 1, LogitSoftCap: 0 })
            return;

        var job = new LogitsJob
        {
            Logits = logits,
            Scale = configuration.LogitScale,
            SoftCap = configuration.LogitSoftCap,
            Rows = logitsRows.Length,
            Width = configuration.VocabularySize,
        };
        RowJob.Run(team, job.Rows, &LogitsJob.Work, &job);
    }

    /// <summary>Rows never move down, so none is overwritten before it is read.</summary>
    private void MoveTogether(ReadOnlySpan<int> logitsRows, int firstRow, float* x)
    {
        long hidden = configuration.HiddenSize;
        for (int i = 0; i < logitsRows.Length; i++)
        {
            int row = logitsRows[i] - firstRow;
            if (row != i)
                new Span<float>(x + (row * hidden), (int)hidden).CopyTo(new Span<float>(x + (i * hidden), (int)hidden));
        }
    }
}
