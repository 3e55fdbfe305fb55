namespace Cairn.Retrieval.Answers.Language;

/// <summary>One word of a text.</summary>
/// <param name="Start">Offset of its first character in the text, UTF-16.</param>
/// <param name="End">Offset after its last character, UTF-16.</param>
/// <param name="Text">The word in lower case.</param>
/// <param name="Stem">What it is compared by: its stem, or the plain digits of a number.</param>
/// <param name="Kind">What sort of word it is.</param>
public readonly record struct Word(int Start, int End, string Text, string Stem, WordKinds Kind)
{
    /// <summary>True when the word carries meaning of its own: not a function word and not a negation.</summary>
    public bool IsContent => (Kind & (WordKinds.Function | WordKinds.Negation)) == 0;

    /// <summary>True when the word is a number.</summary>
    public bool IsNumber => (Kind & WordKinds.Number) != 0;

    /// <summary>True when the word looks like a name: capitals inside a sentence, several capitals, or letters with digits.</summary>
    public bool IsName => (Kind & WordKinds.Name) != 0;
}
