using System.Text;

namespace Cairn.Models.Adapters;

/// <summary>
/// An adapter does not fit the model that it was loaded for: another family, a module that the model does not have, or
/// another shape. Nothing of the adapter was applied; only another adapter or another model can help.
/// </summary>
public sealed class AdapterMismatchException : Exception
{
    /// <summary>Describes one disagreement.</summary>
    /// <param name="adapter">The adapter's file or folder.</param>
    /// <param name="tensor">The adapter's module or tensor that does not fit; null when the whole adapter does not.</param>
    /// <param name="problem">What is wrong, as a clause without a full stop.</param>
    /// <param name="expected">What the model has.</param>
    /// <param name="got">What the adapter has.</param>
    public AdapterMismatchException(string adapter, string? tensor, string problem, string? expected = null, string? got = null)
        : base(Compose(adapter, tensor, problem, expected, got))
    {
        Adapter = adapter;
        Tensor = tensor;
        Expected = expected;
        Got = got;
    }

    /// <summary>The adapter's file or folder, as it was opened.</summary>
    public string Adapter { get; }

    /// <summary>The module or tensor that does not fit, as the adapter names it; null when the whole adapter does not.</summary>
    public string? Tensor { get; }

    /// <summary>What the model has; null when that cannot be said in a few words.</summary>
    public string? Expected { get; }

    /// <summary>What the adapter has.</summary>
    public string? Got { get; }

    private static string Compose(string adapter, string? tensor, string problem, string? expected, string? got)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(adapter));
        var text = new StringBuilder("Adapter '").Append(name).Append("' does not fit the model: ");
        if (tensor is not null) text.Append('\'').Append(tensor).Append("' ");
        text.Append(problem);
        if (expected is not null) text.Append("; expected ").Append(expected);
        if (got is not null) text.Append(expected is null ? "; got " : ", got ").Append(got);
        return text.Append('.').ToString();
    }
}
