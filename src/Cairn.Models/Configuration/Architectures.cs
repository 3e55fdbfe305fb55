using Cairn.Models.Adapters;
using Cairn.Models.Gguf;

namespace Cairn.Models.Configuration;

/// <summary>The families that Cairn runs. A new one is a record in <see cref="DecoderFamilies"/> or <see cref="EncoderFamilies"/>.</summary>
public static class Architectures
{
    /// <summary>Metadata key that names the family.</summary>
    public const string ArchitectureKey = "general.architecture";

    /// <summary>All decoder families.</summary>
    public static IReadOnlyList<DecoderFamily> Decoders { get; } = DecoderFamilies.All;

    /// <summary>All encoder families.</summary>
    public static IReadOnlyList<EncoderFamily> Encoders { get; } = EncoderFamilies.All;

    /// <summary>The decoder family of a file.</summary>
    /// <exception cref="ModelFormatException">The file names none, or one that is no decoder here.</exception>
    public static DecoderFamily GetDecoder(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (AdapterFile.IsAdapter(file))
        {
            throw new ModelFormatException(
                ModelFormatError.Unsupported, file.Path, "this is a LoRA adapter: load its base model and give it with that (--adapter)");
        }

        return GetDecoder(file.Path, file.Metadata.GetString(ArchitectureKey));
    }

    /// <summary>The decoder family of a name.</summary>
    /// <param name="path">Where the name was read, for the message.</param>
    /// <param name="name">The family's name.</param>
    /// <exception cref="ModelFormatException">There is no such decoder here.</exception>
    public static DecoderFamily GetDecoder(string path, string name) =>
        Decoders.FirstOrDefault(family => family.Name == name)
            ?? throw Unsupported(path, name, "decoder", Decoders.Select(family => family.Name));

    private static ModelFormatException Unsupported(string path, string name, string kind, IEnumerable<string> known) => new(
        ModelFormatError.Unsupported, path, $"architecture '{name}' is not a supported {kind}",
        string.Join(", ", known), $"'{name}'");
}
