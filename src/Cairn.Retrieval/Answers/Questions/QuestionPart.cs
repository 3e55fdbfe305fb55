using Cairn.Retrieval.Answers.Language;

namespace Cairn.Retrieval.Answers.Questions;

/// <summary>One question of what the user asked, complete in itself.</summary>
/// <param name="Text">The question, with pronouns replaced by what they stand for.</param>
/// <param name="Kind">What sort of answer it asks for.</param>
/// <param name="Subject">What a definition, purpose or procedure is asked of; null when the wording does not tell.</param>
/// <param name="Words">Its content words, each stem once, in order.</param>
/// <param name="Focus">Stems of what is counted or asked for by name: <c>employees</c> of <c>how many employees</c>; may be empty.</param>
public sealed record QuestionPart(
    string Text, QuestionKind Kind, string? Subject, IReadOnlyList<Word> Words, IReadOnlyList<string> Focus);
