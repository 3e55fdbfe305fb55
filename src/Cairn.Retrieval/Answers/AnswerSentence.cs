namespace Cairn.Retrieval.Answers;

/// <summary>A sentence of an answer.</summary>
/// <param name="Text">The sentence without citation marks.</param>
/// <param name="Supported">True when the cited spans say it.</param>
/// <param name="Citations">Indexes into <see cref="CitedAnswer.Citations"/>, from 0; the mark shown is one higher.</param>
public sealed record AnswerSentence(string Text, bool Supported, IReadOnlyList<int> Citations)
{
    /// <summary>The sentence with its marks: <c>QLoRA is … [1]</c>.</summary>
    public string Marked => Citations.Count == 0 ? Text : $"{Text} {string.Concat(Citations.Select(index => $"[{index + 1}]"))}";
}
