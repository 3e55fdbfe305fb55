using System.Text.Json;
using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>Reads which layers of a decoder see only a window, and how wide that is.</summary>
internal sealed class WindowReader
{
    private const string Window = "sliding_window";
    private const string LayerTypes = "layer_types";
    private const string Sliding = "sliding_attention";
    private const string Full = "full_attention";

    private readonly ModelFolderFile _config;
    private readonly DecoderFolderFamily _family;
    private readonly int _layers;

    /// <summary>Reads the settings of a family.</summary>
    /// <exception cref="ModelFormatException">A key is wrong, or a kind of layer is unknown.</exception>
    public WindowReader(ModelFolderFile config, DecoderFolderFamily family, int layers)
    {
        (_config, _family, _layers) = (config, family, layers);
        if (family.Window is WindowRule.None or WindowRule.Ignored) RefuseWindow();
        var isSliding = ReadLayers();
        if (!isSliding.Contains(true)) return;

        Size = _config.GetSize(Window, family.DefaultWindow == 0 ? ReadMissing() : family.DefaultWindow);
        IsSliding = isSliding;
    }

    /// <summary>Positions that a sliding layer sees, the token's own included; 0 where no layer slides.</summary>
    public int Size { get; }

    /// <summary>Which layers slide; empty where none does.</summary>
    public LayerPattern IsSliding { get; } = LayerPattern.None(0);

    private LayerPattern ReadLayers()
    {
        var hasWindow = _config.TryGet(Window, out _);
        var isUsed = hasWindow && _config.GetBoolean("use_sliding_window", absent: false);
        return _family.Window switch
        {
            WindowRule.AllLayers when hasWindow => AllBut(0),
            WindowRule.AllLayersIfUsed when isUsed => AllBut(0),
            WindowRule.UpperLayersIfUsed => ReadLayerTypes() ?? (isUsed ? ReadUpperLayers() : LayerPattern.None(0)),
            WindowRule.Pattern => ReadLayerTypes() ?? AllBut(ReadPeriod()),
            _ => LayerPattern.None(0),
        };
    }

    /// <summary>Layers that slide, or a width that is in use, in a family that has neither.</summary>
    private void RefuseWindow()
    {
        if (_config.TryGet(LayerTypes, out _) && ReadLayerTypes()!.Contains(true)) throw Unsupported(LayerTypes, Full, Sliding);
        if (_family.Window == WindowRule.Ignored || !_config.TryGet(Window, out var width)) return;
        if (_config.GetBoolean("use_sliding_window", absent: true)) throw Unsupported(Window, "null", width.GetRawText());
    }

    private ModelFormatException Unsupported(string key, string expected, string got) => new(
        ModelFormatError.Unsupported, _config.Path, $"'{key}': a sliding window is not supported in models of type '{_family.ModelType}'",
        expected, got);

    private LayerPattern AllBut(int period)
    {
        RequireSaneCount();
        return LayerPattern.AllBut(_layers, period);
    }

    /// <summary>A pattern takes memory before a missing tensor can show that the number of layers is a lie.</summary>
    private void RequireSaneCount()
    {
        const int Most = 1 << 16;
        if (_layers > Most) throw _config.Bad(_family.Keys.LayerCount, $"1 to {Most:N0}", $"{_layers:N0}");
    }

    private LayerPattern? ReadLayerTypes()
    {
        if (!_config.TryGet(LayerTypes, out var types)) return null;
        if (types.ValueKind != JsonValueKind.Array || types.GetArrayLength() != _layers)
        {
            throw _config.Bad(LayerTypes, $"a list of {_layers} kinds of layers", Shorten(types));
        }

        return LayerPattern.Of([.. types.EnumerateArray().Select(type => type.ValueKind == JsonValueKind.String ? type.GetString() : null).Select(type => type switch
        {
            Sliding => true,
            Full => false,
            _ => throw new ModelFormatException(
                ModelFormatError.Unsupported, _config.Path, $"'{LayerTypes}' names a kind of layer that is not supported",
                $"{Full}, {Sliding}", $"'{type}'"),
        })]);
    }

    /// <summary>Layers below <c>max_window_layers</c> see everything.</summary>
    private LayerPattern ReadUpperLayers()
    {
        RequireSaneCount();
        var first = _config.TryGet("max_window_layers", out var value) && value.TryGetInt32(out var number) && number == 0
            ? 0
            : _config.GetSize("max_window_layers", _layers);
        return LayerPattern.Of(Enumerable.Range(0, _layers).Select(layer => layer >= first));
    }

    private int ReadPeriod()
    {
        var key = _config.TryGet("_sliding_window_pattern", out _) ? "_sliding_window_pattern" : "sliding_window_pattern";
        return _config.GetSize(key, _family.Family.GlobalLayerPeriod);
    }

    private int ReadMissing() => _config.GetSize(Window); // layers slide, but no width is given: says that the key is missing

    private static string Shorten(JsonElement value) => value.GetRawText() is { Length: > 100 } text ? text[..100] + "…" : value.GetRawText();
}
