namespace Cairn.Retrieval.Evaluation;

/// <summary>A document of a retrieval set.</summary>
/// <param name="Id">Id that the grades refer to.</param>
/// <param name="Title">Title; empty without one.</param>
/// <param name="Text">Text.</param>
public sealed record RetrievalSetDocument(string Id, string Title, string Text)
{
    /// <summary>What is indexed: the title, a space and the text.</summary>
    public string Content => $"{Title} {Text}".Trim();
}
