namespace Cairn.Retrieval.Search;

/// <summary>Settings of a <see cref="Retriever"/>.</summary>
public sealed class RetrieverOptions
{
    /// <value>Which lists are searched; default hybrid.</value>
    public SearchMode Mode { get; init; } = SearchMode.Hybrid;

    /// <value>Weight of the vector list in the fusion, 0 to 1; the keyword list has the rest. Default 0.5.</value>
    public double Alpha { get; init; } = 0.5;

    /// <value>Most passages returned; 1 or more; default 10.</value>
    public int Limit { get; init; } = 10;

    /// <value>Best hits taken from each list before the fusion; at least <see cref="Limit"/>; default 1,000.</value>
    public int Depth { get; init; } = 1000;

    /// <value>True to leave out passages that repeat a better one (see <see cref="DuplicateFilter"/>); default true.</value>
    public bool CollapseDuplicates { get; init; } = true;

    /// <summary>Throws when a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of the range that its property states.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Alpha, 0, nameof(Alpha));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Alpha, 1, nameof(Alpha));
        ArgumentOutOfRangeException.ThrowIfLessThan(Limit, 1, nameof(Limit));
        ArgumentOutOfRangeException.ThrowIfLessThan(Depth, Limit, nameof(Depth));
        if (!Enum.IsDefined(Mode))
        {
            throw new ArgumentOutOfRangeException(nameof(Mode), Mode, "Mode must be Keyword, Vector or Hybrid.");
        }
    }
}
