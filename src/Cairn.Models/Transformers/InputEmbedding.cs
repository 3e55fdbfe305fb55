using System.Numerics.Tensors;
using Cairn.Models.Adapters;
using Cairn.Models.Configuration;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>Turns the tokens of a panel into rows: x = scale · embedding of the token (+ embedding of its position).</summary>
/// <param name="configuration">Widths and the scale.</param>
/// <param name="tokens">Token embedding.</param>
/// <param name="positions">Position embedding; null where positions are not learned.</param>
/// <param name="adapters">Change the token embedding.</param>
internal sealed unsafe class InputEmbedding(
    DecoderConfiguration configuration, EmbeddingTable tokens, EmbeddingTable? positions, AdapterPass adapters)
{
    /// <summary>Writes the rows of a panel.</summary>
    /// <param name="ids">Its tokens.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="rows">Result, [rows, hidden].</param>
    /// <param name="scratch">A row, [hidden].</param>
    public void Read(ReadOnlySpan<int> ids, DecoderPanel panel, float* rows, Span<float> scratch)
    {
        for (int row = 0; row < ids.Length; row++)
            tokens.Read(ids[row], Row(rows, row));

        if (adapters.IsActive)
            adapters.ApplyToEmbeddings(ids, rows, configuration.HiddenSize);

        if (configuration.EmbeddingScale != 1)
        {
            var values = new Span<float>(rows, ids.Length * configuration.HiddenSize);
            TensorPrimitives.Multiply(values, configuration.EmbeddingScale, values);
        }

        if (positions is { } table)
            AddPositions(table, panel, rows, scratch);
    }

    private void AddPositions(EmbeddingTable table, DecoderPanel panel, float* rows, Span<float> position)
    {
        foreach (ref readonly AttentionSegment segment in panel.SegmentsOf(0)) // the blocks do not matter here
        {
            for (int token = 0; token < segment.Tokens; token++)
            {
                table.Read(segment.FirstPosition + token, position);
                RowJob.Add(Row(rows, segment.FirstRow + token), position);
            }
        }
    }

    private Span<float> Row(float* rows, int row) => new(rows + ((long)row * configuration.HiddenSize), configuration.HiddenSize);
}
