using Cairn.Models.Configuration;

namespace Cairn.Models.Adapters;

/// <summary>Writes a PEFT folder as a GGUF adapter and the other way round, without loss or not at all.</summary>
public static class AdapterConverter
{
    /// <summary>Writes a PEFT folder as a GGUF file that llama.cpp and Cairn apply with the same strength.</summary>
    /// <param name="adapter">An open PEFT folder.</param>
    /// <param name="decoder">The base model: names, shapes and the order of rows follow from it.</param>
    /// <param name="path">The file; replaced when the new one is complete.</param>
    /// <param name="options">What may be rounded.</param>
    /// <exception cref="AdapterMismatchException">The adapter does not fit the base model.</exception>
    /// <exception cref="NotSupportedException">GGUF has no form for something in the adapter.</exception>
    /// <exception cref="ModelFormatException">A weight is NaN or infinite.</exception>
    public static AdapterConversionResult WriteGguf(
        AdapterFile adapter, DecoderConfiguration decoder, string path, AdapterConversionOptions? options = null)
    {
        RequireFormat(adapter, AdapterFormat.Peft);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new GgufAdapterWriter(adapter, decoder, options ?? new AdapterConversionOptions()).Write(path);
    }

    /// <summary>Writes a GGUF adapter as a PEFT folder.</summary>
    /// <param name="adapter">An open GGUF adapter.</param>
    /// <param name="decoder">The base model: names and the order of rows follow from it.</param>
    /// <param name="baseModel">Name of the base model for the configuration, as PEFT's users would load it; null for none.</param>
    /// <param name="folder">The folder, which may exist; the two files in it are replaced.</param>
    /// <exception cref="AdapterMismatchException">The adapter does not fit the base model.</exception>
    /// <exception cref="NotSupportedException">A module has no name in a Hugging Face folder.</exception>
    /// <exception cref="ModelFormatException">A weight is NaN or infinite.</exception>
    public static AdapterConversionResult WritePeft(AdapterFile adapter, DecoderConfiguration decoder, string? baseModel, string folder)
    {
        RequireFormat(adapter, AdapterFormat.Gguf);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new PeftAdapterWriter(adapter, decoder, baseModel).Write(folder);
    }

    private static void RequireFormat(AdapterFile adapter, AdapterFormat format)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        if (adapter.Format != format)
            throw new ArgumentException($"Adapter '{adapter.Name}' is stored as {adapter.Format}; {format} is needed.", nameof(adapter));
    }
}
