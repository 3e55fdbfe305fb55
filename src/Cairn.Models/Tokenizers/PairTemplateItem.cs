namespace Cairn.Models.Tokenizers;

/// <summary>One item of a <see cref="PairTemplate"/>.</summary>
/// <param name="Part">A text or a special token.</param>
/// <param name="Id">The special token; without meaning for a text.</param>
/// <param name="TokenType">Type that the model is told for these tokens.</param>
public readonly record struct PairTemplateItem(PairPart Part, int Id, int TokenType);
