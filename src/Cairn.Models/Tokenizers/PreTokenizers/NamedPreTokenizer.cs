namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>What a GGUF file means by the name of a pre-tokeniser: how text is cut, and habits of the family that has no key of its own.</summary>
/// <param name="Splitter">Cuts the text.</param>
internal sealed record NamedPreTokenizer(PreTokenizer Splitter)
{
    /// <summary>The expressions that a <c>tokenizer.json</c> has for it; empty for GPT-2's rule, which has a step of its own there.</summary>
    public IReadOnlyList<string> Expressions { get; init; } = [];

    /// <summary>Whether every digit is cut out first.</summary>
    public bool IsolatesDigits { get; init; }

    /// <summary>A piece that is a token becomes that token without merging.</summary>
    public bool TakesWholePieces { get; init; }

    /// <summary>A begin token is added unless the file says otherwise.</summary>
    public bool AddsBegin { get; init; }

    /// <summary>The family's own tokenizer composes the text first (NFC).</summary>
    public bool Composes { get; init; }
}
