using Cairn.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>A linear map of a decoder that an adapter can change.</summary>
/// <param name="Map">Index of the map in its decoder.</param>
/// <param name="Tensor">Canonical name of the tensor that holds its matrix; of a tied output: <c>output.weight</c>.</param>
/// <param name="FirstRow">First row in that tensor; not 0 where several maps share one.</param>
/// <param name="Weights">The matrix.</param>
internal sealed record AdapterTarget(int Map, string Tensor, int FirstRow, WeightMatrix Weights);
