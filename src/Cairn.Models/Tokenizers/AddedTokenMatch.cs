namespace Cairn.Models.Tokenizers;

/// <summary>Where an added token stands in a text.</summary>
internal readonly record struct AddedTokenMatch(int Id, TextRange Range);
