namespace Cairn.Models.Configuration;

/// <summary>Which matrices of a family have a bias.</summary>
public enum BiasRule
{
    /// <summary>Those for which the file has one.</summary>
    Optional,

    /// <summary>Queries, keys and values always; the others where the file has one.</summary>
    QueryKeyValue,

    /// <summary>All matrices of a layer.</summary>
    All,
}
