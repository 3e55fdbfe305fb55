namespace Cairn.Retrieval.Answers.Language;

/// <summary>What sort of word a <see cref="Word"/> is.</summary>
[Flags]
public enum WordKinds
{
    /// <summary>An ordinary word.</summary>
    None = 0,

    /// <summary>Grammar only: article, pronoun, preposition, auxiliary.</summary>
    Function = 1,

    /// <summary>Turns a statement round: not, never, without.</summary>
    Negation = 2,

    /// <summary>A number, in digits or as a small number word.</summary>
    Number = 4,

    /// <summary>A name: capital inside a sentence, several capitals, or letters with digits.</summary>
    Name = 8,
}
