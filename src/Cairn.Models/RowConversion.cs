namespace Cairn.Models;

/// <summary>What converting a tensor to another type did to its values.</summary>
/// <param name="SquaredError">Σ (x − x')² over all values, x before and x' after the conversion.</param>
/// <param name="SquaredSum">Σ x² over all values.</param>
/// <param name="Count">Number of values.</param>
public readonly record struct RowConversion(double SquaredError, double SquaredSum, long Count)
{
    /// <summary>√(mean (x − x')²); 0 for no values.</summary>
    public double RootMeanSquareError => Count == 0 ? 0 : Math.Sqrt(SquaredError / Count);

    /// <summary>The error relative to the size of the values: √(Σ (x − x')² / Σ x²); 0 where all values are 0.</summary>
    public double RelativeError => SquaredSum == 0 ? 0 : Math.Sqrt(SquaredError / SquaredSum);

    /// <summary>Both together.</summary>
    public static RowConversion operator +(RowConversion left, RowConversion right) => left.Add(right);

    /// <summary>Both together.</summary>
    public RowConversion Add(RowConversion other) =>
        new(SquaredError + other.SquaredError, SquaredSum + other.SquaredSum, Count + other.Count);
}
