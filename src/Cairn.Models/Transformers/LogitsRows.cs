namespace Cairn.Models.Transformers;

/// <summary>Which of the tokens added to a batch need logits.</summary>
public enum LogitsRows
{
    /// <summary>None: the tokens only fill the cache.</summary>
    None,

    /// <summary>The last token: to choose the next one.</summary>
    Last,

    /// <summary>All tokens: to score a text.</summary>
    All,
}
