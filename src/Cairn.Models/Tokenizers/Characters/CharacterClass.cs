namespace Cairn.Models.Tokenizers.Characters;

/// <summary>What the pre-tokenisers ask of a character.</summary>
[Flags]
internal enum CharacterClass : byte
{
    /// <summary>None of the others.</summary>
    None = 0,

    /// <summary>General category L.</summary>
    Letter = 1,

    /// <summary>General category N.</summary>
    Number = 2,

    /// <summary>White_Space.</summary>
    Space = 4,

    /// <summary>Carriage return or line feed.</summary>
    LineBreak = 8,

    /// <summary>Lu, Lt, Lm, Lo or M: can stand in the upper-case part of a word.</summary>
    UpperPart = 16,

    /// <summary>Ll, Lm, Lo or M: can stand in the lower-case part of a word.</summary>
    LowerPart = 32,
}
