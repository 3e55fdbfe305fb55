using System.Globalization;

namespace Cairn.Models.HuggingFace;

/// <summary>Where a canonical tensor lies in a Hugging Face folder.</summary>
/// <param name="Pattern">Name, with <c>{e}</c> in the place of the expert's number where the folder has a matrix for each.</param>
/// <param name="Layout">How its values changed on the way from the folder.</param>
public readonly record struct HuggingFaceTensor(string Pattern, TensorLayout Layout)
{
    /// <summary>Whether the canonical tensor stacks the matrices of all experts.</summary>
    public bool IsStack => Pattern.Contains(TensorRule.Expert, StringComparison.Ordinal);

    /// <summary>The name of a whole tensor, or of one expert's.</summary>
    /// <param name="expert">Number of the expert; without meaning for a whole tensor.</param>
    public string NameOf(int expert = 0) =>
        Pattern.Replace(TensorRule.Expert, expert.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
