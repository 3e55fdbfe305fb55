namespace Cairn.Models.HuggingFace;

/// <summary>How config.json says which layers see only a window.</summary>
internal enum WindowRule
{
    /// <summary>The family has no window; a file that names one asks for something else than the family does, and is refused.</summary>
    None,

    /// <summary>
    /// No window: <c>sliding_window</c> is ignored, as the published code does, since models of other families were
    /// renamed to this one with the key in place.
    /// </summary>
    Ignored,

    /// <summary>All layers, where <c>sliding_window</c> is a number.</summary>
    AllLayers,

    /// <summary>All layers, where <c>use_sliding_window</c> is true too.</summary>
    AllLayersIfUsed,

    /// <summary><c>layer_types</c>; else, where <c>use_sliding_window</c> is true, the layers from <c>max_window_layers</c> on.</summary>
    UpperLayersIfUsed,

    /// <summary><c>layer_types</c>; else all layers but every n-th, n being the family's or the file's.</summary>
    Pattern,
}
