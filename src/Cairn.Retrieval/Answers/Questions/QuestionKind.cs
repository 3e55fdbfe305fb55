namespace Cairn.Retrieval.Answers.Questions;

/// <summary>What sort of answer a question asks for.</summary>
public enum QuestionKind
{
    /// <summary>None of the others: any statement about the subject may answer it.</summary>
    Statement,

    /// <summary>What something is or means.</summary>
    Definition,

    /// <summary>When or whether to use, choose or avoid something.</summary>
    Purpose,

    /// <summary>Why something is so.</summary>
    Reason,

    /// <summary>How something works or is done.</summary>
    Procedure,

    /// <summary>How many, how much, how long: the answer holds a number.</summary>
    Quantity,

    /// <summary>When something happened: the answer holds a year, a month or a date.</summary>
    Time,

    /// <summary>Who: the answer holds a name.</summary>
    Person,

    /// <summary>Where something is or happens.</summary>
    Place,

    /// <summary>How two things differ, or which is better.</summary>
    Comparison,

    /// <summary>Which things there are: several items.</summary>
    Enumeration,

    /// <summary>Whether something is so.</summary>
    Confirmation,
}
