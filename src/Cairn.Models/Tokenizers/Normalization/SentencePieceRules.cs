namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>The settings of SentencePiece's normalisation.</summary>
internal sealed record SentencePieceRules
{
    /// <summary>Rewriting rules; null for none.</summary>
    public CharacterMap? Map { get; init; }

    /// <summary>Puts a space before the text (<c>add_dummy_prefix</c>).</summary>
    public bool AddsSpace { get; init; }

    /// <summary>Whether a text of spaces alone gets that space too: in SentencePiece it does, in llama.cpp it does not.</summary>
    public bool AddsSpaceToBlanks { get; init; } = true;

    /// <summary>Puts that space after the text instead (<c>treat_whitespace_as_suffix</c>).</summary>
    public bool AddsSpaceAtEnd { get; init; }

    /// <summary>Removes spaces at the ends and beside others.</summary>
    public bool RemovesExtraSpaces { get; init; }

    /// <summary>Writes spaces as U+2581.</summary>
    public bool EscapesSpaces { get; init; } = true;
}
