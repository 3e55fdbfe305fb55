namespace Cairn.Retrieval.Reading;

/// <summary>Kinds of blocks.</summary>
public enum DocumentBlockKind
{
    /// <summary>A heading of level 1 to 6.</summary>
    Heading,

    /// <summary>Running text.</summary>
    Paragraph,

    /// <summary>One item of a list, without the items nested in it.</summary>
    ListItem,

    /// <summary>A table; every line is a row.</summary>
    Table,

    /// <summary>Code: a fenced block, or a function or group of lines of a source file.</summary>
    Code,

    /// <summary>Words quoted from elsewhere.</summary>
    Quote,
}
