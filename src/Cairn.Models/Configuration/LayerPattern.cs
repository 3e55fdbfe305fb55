using System.Collections;

namespace Cairn.Models.Configuration;

/// <summary>A yes or no for each layer; equal when all are.</summary>
public sealed class LayerPattern : IReadOnlyList<bool>, IEquatable<LayerPattern>
{
    private readonly bool[] _layers;

    private LayerPattern(bool[] layers) => _layers = layers;

    /// <inheritdoc/>
    public int Count => _layers.Length;

    /// <inheritdoc/>
    public bool this[int index] => _layers[index];

    /// <summary>A pattern from the layers' values.</summary>
    public static LayerPattern Of(IEnumerable<bool> layers) => new([.. layers]);

    /// <summary>No layer.</summary>
    public static LayerPattern None(int layers) => new(new bool[layers]);

    /// <summary>All layers but every <paramref name="period"/>-th: of 7 with period 3 the first, second, fourth, fifth and last.</summary>
    /// <param name="layers">Number of layers.</param>
    /// <param name="period">2 or more; 1 leaves no layer, 0 leaves out none.</param>
    public static LayerPattern AllBut(int layers, int period) =>
        new([.. Enumerable.Range(1, layers).Select(number => period == 0 || number % period != 0)]);

    /// <inheritdoc/>
    public bool Equals(LayerPattern? other) => other is not null && _layers.AsSpan().SequenceEqual(other._layers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerPattern);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var layer in _layers) hash.Add(layer);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<bool> GetEnumerator() => ((IEnumerable<bool>)_layers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One letter a layer: x for yes, - for no.</summary>
    public override string ToString() => string.Concat(_layers.Select(layer => layer ? 'x' : '-'));
}
