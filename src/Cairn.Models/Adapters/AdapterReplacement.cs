namespace Cairn.Models.Adapters;

/// <summary>A matrix that an adapter replaces as a whole.</summary>
public sealed class AdapterReplacement
{
    internal AdapterReplacement(string name, TensorView weights, bool isBaseWeight)
    {
        Name = name;
        Weights = weights;
        IsBaseWeight = isBaseWeight;
    }

    /// <summary>The module as the file names it: <c>lm_head</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// True when the file holds the model's own weight of the module, which every user of that weight sees; false for
    /// a copy of the module (<c>modules_to_save</c>), which a tied matrix does not see.
    /// </summary>
    public bool IsBaseWeight { get; }

    /// <summary>Numbers in the matrix.</summary>
    public long Parameters => Weights.Info.ElementCount;

    /// <summary>The new matrix, [outputs, inputs].</summary>
    internal TensorView Weights { get; }
}
