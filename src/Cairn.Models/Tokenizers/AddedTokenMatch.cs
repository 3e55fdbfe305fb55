namespace Cairn.Models.Tokenizers;

/// <summary>Where an added token stands in a text.</summary>
/// <param name="Id">The token.</param>
/// <param name="Range">What it takes, with the whitespace that it takes along.</param>
/// <param name="End">Where its own text ends, and the search for the next one begins.</param>
internal readonly record struct AddedTokenMatch(int Id, TextRange Range, int End);
