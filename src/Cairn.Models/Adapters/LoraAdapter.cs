using Cairn.Models.Transformers;
using Cairn.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>
/// An adapter that a decoder has loaded: checked against it and ready to be used by any sequence of any batch. The base
/// weights stay as they are.
/// </summary>
/// <remarks>
/// Owns its matrices, in single precision; the file can be closed. Immutable until <see cref="Dispose"/>, which no
/// forward pass may overlap.
/// </remarks>
public sealed class LoraAdapter : IDisposable
{
    private const string EmbeddingTarget = "token_embd";
    private const string OutputTarget = "output";

    private static int s_count;

    private readonly LowRankDelta?[] _deltas;
    private readonly List<IDisposable> _memory;

    internal LoraAdapter(object owner, AdapterFile file, LowRankDelta?[] deltas, List<IDisposable> memory)
    {
        Owner = owner;
        Id = Interlocked.Increment(ref s_count);
        Name = file.Name;
        Path = file.Path;
        Rank = file.Rank;
        ModuleCount = file.Modules.Count + file.Replacements.Count;
        ReplacesModules = file.Replacements.Any(replacement => !replacement.IsBaseWeight);
        TrainableParameters = file.TrainableParameters;
        _deltas = deltas;
        _memory = memory;
    }

    /// <summary>Name of its folder or file.</summary>
    public string Name { get; }

    /// <summary>The folder or file that it was loaded from.</summary>
    public string Path { get; }

    /// <summary>The largest rank.</summary>
    public int Rank { get; }

    /// <summary>Matrices that it changes.</summary>
    public int ModuleCount { get; }

    /// <summary>Numbers that training changed.</summary>
    public long TrainableParameters { get; }

    /// <summary>Kinds of matrices that it changes, in GGUF's words: <c>attn_q</c>, <c>ffn_down</c>, <c>output</c>.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Bytes of memory that its matrices take.</summary>
    public required long OwnedBytes { get; init; }

    /// <summary>Whether it was unloaded.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>The decoder that loaded it.</summary>
    internal object Owner { get; }

    /// <summary>Number in the order of loading.</summary>
    internal int Id { get; }

    internal EmbeddingDelta? Embedding { get; init; }

    /// <summary>A whole new table of embeddings.</summary>
    internal EmbeddingTable? ReplacedEmbedding { get; init; }

    /// <summary>A whole new output matrix.</summary>
    internal WeightMatrix? ReplacedOutput { get; init; }

    /// <summary>Whether it has copies of whole modules, to which no scale applies.</summary>
    internal bool ReplacesModules { get; }

    /// <summary>What it adds to a linear map; null where it adds nothing.</summary>
    internal LowRankDelta? DeltaOf(int map) => _deltas[map];

    /// <summary>DoRA's factors at one strength, by map; empty when no map has any.</summary>
    internal float[]?[] ComputeGains(float requestScale) => _deltas.All(delta => delta?.Lengths is null)
        ? []
        : [.. _deltas.Select(delta => delta?.Lengths?.Gains(delta.Scale * requestScale))];

    /// <summary>A matrix that both change although one of them does not only add to it; null when they add up.</summary>
    internal string? FindConflict(LoraAdapter other)
    {
        if (Replaces(EmbeddingTarget, ReplacedEmbedding, other, other.ReplacedEmbedding)) return EmbeddingTarget;
        if (Replaces(OutputTarget, ReplacedOutput, other, other.ReplacedOutput)) return OutputTarget;
        for (var map = 0; map < _deltas.Length; map++)
        {
            if (_deltas[map] is { } mine && other._deltas[map] is { } theirs && (mine.Lengths is not null || theirs.Lengths is not null))
                return mine.Tensor;
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsDisposed) return;

        IsDisposed = true;
        foreach (var memory in _memory) memory.Dispose();
    }

    /// <summary>Whether one of two adapters replaces a matrix that the other changes too.</summary>
    private bool Replaces(string target, object? mine, LoraAdapter other, object? theirs) =>
        (mine is not null && (theirs is not null || other.Targets.Contains(target))) || (theirs is not null && Targets.Contains(target));
}
