using System.CommandLine;
using System.Globalization;
using Cairn.AI;
using Cairn.Models.Adapters;

namespace Cairn.Cli.CommandLine;

/// <summary><c>--adapter A[=scale]</c> of every command that runs a language model.</summary>
internal sealed class AdapterOption : Option<string[]>
{
    public AdapterOption()
        : base("--adapter", "-a")
    {
        Description = "A LoRA adapter: a PEFT folder, a GGUF adapter or a name of the store, with =factor to use less or more of it (repeatable).";
        HelpName = "adapter[=scale]";
    }

    /// <summary>Adds what was given on the command line to a model's options.</summary>
    public void ReadInto(LocalModelOptions options, ParseResult arguments)
    {
        foreach (var text in arguments.GetValue(this) ?? [])
        {
            var (name, scale) = Split(text);
            options.Adapters.Add(new LocalAdapterOptions { Adapter = name, Scale = scale });
        }
    }

    /// <summary>Loads the adapters that were named.</summary>
    /// <exception cref="CliException">They cannot be used together.</exception>
    public static AdapterSet Load(LocalModels models, LocalModelOptions options)
    {
        try
        {
            return models.GetAdapters(options);
        }
        catch (ArgumentException exception)
        {
            throw new CliException(exception.Message, ExitCode.Usage);
        }
    }

    /// <summary>Paths and scales of the adapters that were named.</summary>
    /// <exception cref="CliException">One is named twice.</exception>
    public static IReadOnlyDictionary<string, float> Resolve(LocalModelOptions options)
    {
        var adapters = new Dictionary<string, float>(StringComparer.Ordinal);
        foreach (var adapter in options.Adapters)
        {
            if (!adapters.TryAdd(LocalModels.ResolveAdapter(options, adapter.Adapter), adapter.Scale))
                throw new CliException($"--adapter {adapter.Adapter} is given twice.", ExitCode.Usage);
        }

        return adapters;
    }

    /// <summary>A path may hold an equals sign itself: only a number after the last one is a scale.</summary>
    private static (string Name, float Scale) Split(string text)
    {
        var sign = text.LastIndexOf('=');
        if (sign <= 0) return (text, 1);
        if (float.TryParse(text.AsSpan(sign + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var scale) && float.IsFinite(scale))
            return (text[..sign], scale);

        return File.Exists(text) || Directory.Exists(text)
            ? (text, 1)
            : throw new CliException($"--adapter {text}: '{text[(sign + 1)..]}' is no finite number; write --adapter NAME=0.5.", ExitCode.Usage);
    }
}
