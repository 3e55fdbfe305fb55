namespace Cairn.Retrieval.Reading;

/// <summary>What a page gave.</summary>
public enum DocumentPageKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Nothing: neither text nor pictures.</summary>
    Empty,

    /// <summary>Pictures only, as in a scan: its words need optical character recognition.</summary>
    Image,
}
