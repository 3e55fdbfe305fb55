using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>A linear map of a decoder that an adapter can change.</summary>
/// <param name="Map">Index of the map in its decoder.</param>
/// <param name="Tensor">Canonical name of the tensor that holds its matrix; of a tied output: <c>output.weight</c>.</param>
/// <param name="FirstRow">First row in that tensor; not 0 where several maps share one.</param>
/// <param name="Weights">The matrix.</param>
internal sealed record AdapterTarget(int Map, string Tensor, int FirstRow, WeightMatrix Weights)
{
    /// <summary>
    /// The linear maps of a decoder, in the order of its matrices. Maps that share a tensor follow each other. Experts are
    /// left out: which rows they see is not known before the pass.
    /// </summary>
    public static IEnumerable<AdapterTarget> Of(IReadOnlyList<WeightMatrix> matrices, DecoderConfiguration decoder)
    {
        var firstRow = 0;
        for (var map = 0; map < matrices.Count; map++)
        {
            firstRow = map > 0 && matrices[map - 1].Name == matrices[map].Name ? firstRow + matrices[map - 1].Rows : 0;
            if (IsExpert(matrices[map].Name, decoder.TensorNames)) continue;

            var isTied = decoder.HasTiedOutput && matrices[map].Name == decoder.TensorNames.TokenEmbedding;
            yield return new AdapterTarget(map, isTied ? decoder.TensorNames.Output : matrices[map].Name, firstRow, matrices[map]);
        }
    }

    private static bool IsExpert(string tensor, DecoderTensorNames names) =>
        tensor.EndsWith(names.ExpertGates, StringComparison.Ordinal)
            || tensor.EndsWith(names.ExpertUps, StringComparison.Ordinal)
            || tensor.EndsWith(names.ExpertDowns, StringComparison.Ordinal);
}
