namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>What a step of a compiled expression does.</summary>
internal enum InstructionCode
{
    /// <summary>The expression has matched.</summary>
    Match,

    /// <summary>Passes a code point of a set.</summary>
    Set,

    /// <summary>Tries one way, then the other.</summary>
    Split,

    /// <summary>Goes on elsewhere.</summary>
    Jump,

    /// <summary>Passes a run of code points and gives none back.</summary>
    Run,

    /// <summary>Looks at the next code point.</summary>
    After,

    /// <summary>Looks at the code point before.</summary>
    Before,

    /// <summary>Tries another program from here.</summary>
    LookAhead,

    /// <summary>Checks the place.</summary>
    Anchor,
}
