namespace Cairn.Models.Adapters;

/// <summary>An adapter at one strength, with what follows from that strength.</summary>
internal sealed class AppliedAdapter
{
    private readonly float[]?[] _gains;

    public AppliedAdapter(LoraAdapter adapter, float scale)
    {
        Adapter = adapter;
        Scale = scale;
        _gains = adapter.ComputeGains(scale);
    }

    /// <summary>Compares adapter and scale, not what was computed from them.</summary>
    public static IEqualityComparer<AppliedAdapter> SameStrength { get; } = EqualityComparer<AppliedAdapter>.Create(
        (one, other) => one!.IsSame(other!), applied => HashCode.Combine(applied.Adapter.Id, applied.Scale));

    public LoraAdapter Adapter { get; }

    /// <summary>The request's factor.</summary>
    public float Scale { get; }

    public bool IsSame(AppliedAdapter other) => ReferenceEquals(Adapter, other.Adapter) && Scale.Equals(other.Scale);

    /// <summary>DoRA's factors on the outputs of a map; null where there are none.</summary>
    /// <param name="map">Index of the linear map.</param>
    public float[]? GainsOf(int map) => _gains.Length == 0 ? null : _gains[map];
}
