namespace Cairn.Hub.Quantization;

/// <summary>Which layers a rule is about: (layer, number of layers) → whether it applies.</summary>
internal delegate bool LayerChoice(int layer, int count);

/// <summary>The choices that presets make.</summary>
internal static class LayerChoices
{
    /// <summary>Every layer.</summary>
    public static bool All(int layer, int count) => true;

    /// <summary>The first eighth, the last eighth, and every third layer between: where errors hurt most.</summary>
    public static bool Spread(int layer, int count) =>
        layer < count / 8 || layer >= 7 * count / 8 || (layer - (count / 8)) % 3 == 2;

    /// <summary>The first few layers.</summary>
    public static LayerChoice First(int layers) => (layer, _) => layer < layers;

    /// <summary>The first part of the layers: a half for 2, an eighth for 8.</summary>
    public static LayerChoice FirstPart(int divisor) => (layer, count) => layer < count / divisor;
}
