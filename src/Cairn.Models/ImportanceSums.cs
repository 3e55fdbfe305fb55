namespace Cairn.Models;

/// <summary>What a matrix saw of a text: the sums that an importance matrix is made of.</summary>
/// <param name="Squares">Σ x² of each input column, [matrices, columns].</param>
/// <param name="Counts">Tokens that each matrix saw, [matrices].</param>
public sealed record ImportanceSums(float[] Squares, float[] Counts);
