using System.Globalization;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;

namespace Cairn.Hub.Conversion;

/// <summary>Writes what a file says about where it comes from: name, size, licence, source.</summary>
internal static class OriginMetadata
{
    private const int HeadBytes = 4096;

    private static readonly (string Text, string Identifier)[] Licenses =
    [
        ("Apache License", "apache-2.0"),
        ("MIT License", "mit"),
        ("BSD 3-Clause", "bsd-3-clause"),
    ];

    /// <summary>Writes the <c>general.*</c> keys, in the order of llama.cpp's converter.</summary>
    /// <param name="writer">Destination.</param>
    /// <param name="model">The model.</param>
    /// <param name="tensors">Its tensors that are written.</param>
    /// <param name="options">What the caller says.</param>
    public static void Write(GgufWriter writer, HuggingFaceModel model, IReadOnlyList<TensorInfo> tensors, ConversionOptions options)
    {
        var folder = model.Folder;
        writer.Add("general.type", "model");
        writer.Add("general.name", options.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Path))));
        writer.Add("general.size_label", SizeLabel(model.Decoder?.ExpertCount ?? 0, tensors));
        if ((options.License ?? ReadModelCard(folder) ?? ReadLicense(folder)) is { } license) writer.Add("general.license", license);
        if (options.Source is { } source) writer.Add("general.source.url", source);
    }

    /// <summary>The number of weights; with experts <c>8x7B</c>: how many, and the weights that one of them works with.</summary>
    public static string SizeLabel(int experts, IReadOnlyList<TensorInfo> tensors)
    {
        var total = tensors.Sum(tensor => tensor.ElementCount);
        if (experts == 0) return SizeLabel(total);

        var inExperts = tensors.Where(tensor => tensor.Shape.Count == 3).Sum(tensor => tensor.ElementCount);
        return $"{experts}x{SizeLabel(total - inExperts + (inExperts / experts))}";
    }

    /// <summary>The number of weights in two or three digits: <c>23M</c>, <c>1.1B</c>.</summary>
    public static string SizeLabel(long parameterCount)
    {
        var (scaled, unit) = (double)parameterCount switch
        {
            >= 1e12 => (parameterCount / 1e12, "T"),
            >= 1e9 => (parameterCount / 1e9, "B"),
            >= 1e6 => (parameterCount / 1e6, "M"),
            _ => (parameterCount / 1e3, "K"),
        };
        return scaled.ToString(scaled < 9.5 ? "F1" : "F0", CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>The licence line of a model card's front matter.</summary>
    private static string? ReadModelCard(ModelFolder folder)
    {
        var path = Path.Combine(folder.Path, "README.md");
        if (!File.Exists(path)) return null;

        var lines = File.ReadLines(path).Take(100).ToList();
        if (lines is not ["---", ..]) return null;

        const string Key = "license:";
        var line = lines.Skip(1).TakeWhile(line => line != "---").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
        return line?[Key.Length..].Trim() is { Length: > 0 } license ? license : null;
    }

    private static string? ReadLicense(ModelFolder folder)
    {
        var path = Path.Combine(folder.Path, "LICENSE");
        if (!File.Exists(path)) return null;

        using var reader = new StreamReader(path);
        var head = new char[HeadBytes];
        var text = new string(head, 0, reader.ReadBlock(head));
        return Licenses.FirstOrDefault(known => text.Contains(known.Text, StringComparison.Ordinal)).Identifier;
    }
}
