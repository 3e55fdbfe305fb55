namespace Cairn.Retrieval.Answers.Selection;

/// <summary>What a candidate is in its document.</summary>
public enum SentenceKind
{
    /// <summary>A sentence of running text.</summary>
    Prose,

    /// <summary>A list item or a sentence in one.</summary>
    ListItem,

    /// <summary>A row of a table, not its header.</summary>
    TableRow,

    /// <summary>A row of two cells, a name and its value, as in a form.</summary>
    Field,

    /// <summary>Words that introduce what follows: a sentence that ends with a colon.</summary>
    LeadIn,

    /// <summary>A block of code or a formula that stands on lines of its own.</summary>
    Code,

    /// <summary>A heading, a caption or another fragment that states nothing.</summary>
    Fragment,
}
