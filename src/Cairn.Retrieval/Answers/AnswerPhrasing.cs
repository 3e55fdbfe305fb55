namespace Cairn.Retrieval.Answers;

/// <summary>Who words an answer.</summary>
public enum AnswerPhrasing
{
    /// <summary>The documents: their sentences are quoted as they are.</summary>
    Quotes,

    /// <summary>
    /// The model, from the quotes; each of its sentences is checked against them, and the quotes stand in when it strays.
    /// </summary>
    Model,
}
