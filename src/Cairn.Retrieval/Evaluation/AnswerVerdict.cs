namespace Cairn.Retrieval.Evaluation;

/// <summary>How an answer compares with what was expected.</summary>
public enum AnswerVerdict
{
    /// <summary>It holds what was expected and cites a document that says so; or it abstained where there is no answer.</summary>
    Right,

    /// <summary>It holds something else, cites another document, or answers where there is no answer.</summary>
    Wrong,

    /// <summary>It abstained although the documents hold an answer.</summary>
    Abstained,
}
