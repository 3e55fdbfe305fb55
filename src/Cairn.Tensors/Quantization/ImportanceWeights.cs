namespace Cairn.Tensors;

/// <summary>Turns the importance of columns into weights of squared errors.</summary>
internal static class ImportanceWeights
{
    // A column that calibration never used still gets a sensible quant.
    private const float Least = 1e-4f;

    /// <summary>weights[i] = importance[i] / mean + 0.0001; all 1 where the importance is all zero.</summary>
    /// <param name="importance">Importance of the columns of a block, zero or more.</param>
    /// <param name="weights">Receives the weights, whose mean is about 1 whatever the unit of the importance is.</param>
    public static void Fill(ReadOnlySpan<float> importance, Span<float> weights)
    {
        var sum = 0.0;
        foreach (var value in importance)
        {
            sum += value;
        }

        if (sum == 0)
        {
            weights.Fill(1);
            return;
        }

        var inverseMean = importance.Length / sum;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(importance[i] * inverseMean) + Least;
        }
    }
}
