namespace Cairn.Models.Tokenizers;

/// <summary>What decoding does with spaces before the first character of a text.</summary>
public enum LeadingSpace
{
    /// <summary>Keeps them: the tokens spell the text exactly.</summary>
    Keep,

    /// <summary>Drops one: encoding put it there.</summary>
    DropOne,

    /// <summary>Drops all those of the first token.</summary>
    DropAll,
}
