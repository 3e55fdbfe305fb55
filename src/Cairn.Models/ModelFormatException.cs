using System.Globalization;
using System.Text;

namespace Cairn.Models;

/// <summary>A model file breaks its format or cannot be run; the file has to change before a retry can help.</summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Describes one broken rule.</summary>
    /// <param name="kind">The rule's kind.</param>
    /// <param name="path">The file that breaks it.</param>
    /// <param name="problem">What is wrong, as a clause without a full stop; add what to do where that is known.</param>
    /// <param name="expected">What would have been right, if that can be said.</param>
    /// <param name="got">What was found.</param>
    /// <param name="offset">Byte offset in the file, where known.</param>
    /// <param name="tensor">Name of the tensor concerned, if any.</param>
    /// <param name="innerException">What a library reported, if it was a library that found it.</param>
    public ModelFormatException(
        ModelFormatError kind,
        string path,
        string problem,
        string? expected = null,
        string? got = null,
        long? offset = null,
        string? tensor = null,
        Exception? innerException = null)
        : base(Compose(path, problem, expected, got, offset), innerException)
    {
        Kind = kind;
        Path = path;
        Expected = expected;
        Got = got;
        Offset = offset;
        Tensor = tensor;
    }

    /// <summary>The kind of rule that was broken.</summary>
    public ModelFormatError Kind { get; }

    /// <summary>The file that breaks it, as it was opened.</summary>
    public string Path { get; }

    /// <summary>Byte offset in the file; null where there is none to name.</summary>
    public long? Offset { get; }

    /// <summary>The tensor concerned; null when the problem is not about one tensor.</summary>
    public string? Tensor { get; }

    /// <summary>What would have been right; null when that cannot be said in a few words.</summary>
    public string? Expected { get; }

    /// <summary>What was found instead.</summary>
    public string? Got { get; }

    private static string Compose(string path, string problem, string? expected, string? got, long? offset)
    {
        var text = new StringBuilder("'").Append(System.IO.Path.GetFileName(path)).Append("': ").Append(problem);
        if (expected is not null) text.Append("; expected ").Append(expected);
        if (got is not null) text.Append(expected is null ? "; got " : ", got ").Append(got);
        if (offset is { } position)
        {
            text.Append(CultureInfo.InvariantCulture, $" (at byte {position:N0})");
        }

        return text.Append('.').ToString();
    }
}
