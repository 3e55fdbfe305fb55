namespace Cairn.Models.Tokenizers.Reading;

/// <summary>The tokens of a <c>tokenizer.json</c>, by id.</summary>
/// <param name="Tokens">Spellings.</param>
/// <param name="Types">Kinds.</param>
/// <param name="Scores">Log-probabilities of a Unigram model; empty for other models.</param>
/// <param name="ModelCount">How many of the tokens the model itself has; the rest were added.</param>
/// <param name="IsPiece">For each id whether the model itself has it.</param>
/// <param name="UnknownId">The model's unknown token, or −1.</param>
internal sealed record JsonVocabulary(
    string[] Tokens, TokenType[] Types, double[] Scores, int ModelCount, bool[] IsPiece, int UnknownId);
