using System.Diagnostics.CodeAnalysis;

namespace Cairn.Models.Adapters;

/// <summary>
/// The adapters of one sequence, all at once: y = W·x + Σ s·B·A·x. Two sets are equal when they name the same adapters
/// with the same scales, whatever the order; what one computed, keys and values included, serves an equal one only.
/// </summary>
/// <remarks>Immutable, and safe for concurrent use. Make it once a request: the lengths of DoRA are computed here.</remarks>
public sealed class AdapterSet : IEquatable<AdapterSet>
{
    private readonly AppliedAdapter[] _applied;

    private AdapterSet(AppliedAdapter[] applied) => _applied = applied;

    /// <summary>The base model alone.</summary>
    public static AdapterSet Empty { get; } = new([]);

    /// <summary>Whether the base model runs alone.</summary>
    public bool IsEmpty => _applied.Length == 0;

    /// <summary>The adapters, in the order in which they were loaded.</summary>
    public IReadOnlyList<ActiveAdapter> Adapters => [.. _applied.Select(applied => new ActiveAdapter(applied.Adapter, applied.Scale))];

    /// <summary>In a fixed order, so that a sum does not depend on who asked first.</summary>
    internal ReadOnlySpan<AppliedAdapter> Applied => _applied;

    /// <summary>Puts adapters together.</summary>
    /// <param name="adapters">Loaded by one model, each at most once.</param>
    /// <exception cref="ArgumentException">
    /// A scale is not finite, an adapter occurs twice, or the adapters do not add up: a module with lengths (DoRA) or a
    /// replaced matrix leaves no room for another adapter there.
    /// </exception>
    /// <exception cref="ObjectDisposedException">An adapter was unloaded.</exception>
    public static AdapterSet Create(params IReadOnlyList<ActiveAdapter> adapters)
    {
        ArgumentNullException.ThrowIfNull(adapters);
        if (adapters.Count == 0) return Empty;

        foreach (var (adapter, scale) in adapters)
        {
            ArgumentNullException.ThrowIfNull(adapter, nameof(adapters));
            ObjectDisposedException.ThrowIf(adapter.IsDisposed, adapter);
            if (!float.IsFinite(scale)) throw new ArgumentException($"The scale of adapter '{adapter.Name}' is {scale}; it must be finite.", nameof(adapters));
            if (adapter.ReplacesModules && scale != 1)
            {
                throw new ArgumentException(
                    $"Adapter '{adapter.Name}' replaces whole modules, which cannot be done by a share of {scale}; its scale must be 1.", nameof(adapters));
            }
        }

        var ordered = adapters.OrderBy(active => active.Adapter.Id).ToArray();
        for (var i = 0; i < ordered.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (FindObstacle(ordered[j].Adapter, ordered[i].Adapter) is { } obstacle) throw new ArgumentException(obstacle, nameof(adapters));
            }
        }

        return new AdapterSet([.. ordered.Select(active => new AppliedAdapter(active.Adapter, active.Scale))]);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] AdapterSet? other) =>
        other is not null && _applied.AsSpan().SequenceEqual(other._applied, AppliedAdapter.SameStrength);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AdapterSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var applied in _applied)
        {
            hash.Add(applied.Adapter.Id);
            hash.Add(applied.Scale);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        IsEmpty ? "no adapter" : string.Join(", ", _applied.Select(applied => $"{applied.Adapter.Name}={applied.Scale}"));

    /// <summary>Why two adapters cannot be added; null when they can.</summary>
    private static string? FindObstacle(LoraAdapter one, LoraAdapter other)
    {
        if (ReferenceEquals(one, other)) return $"Adapter '{one.Name}' is named twice.";
        if (!ReferenceEquals(one.Owner, other.Owner)) return $"Adapters '{one.Name}' and '{other.Name}' were loaded by two models.";

        return one.FindConflict(other) is { } tensor
            ? $"Adapters '{one.Name}' and '{other.Name}' both change '{tensor}', and one of them does not only add to it; use one of them."
            : null;
    }
}
