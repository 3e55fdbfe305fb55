namespace Cairn.Retrieval.Answers.Events;

/// <summary>The answer goes on.</summary>
/// <param name="Text">What is added to it: words, marks and line breaks; it is never taken back.</param>
public sealed record TextAdded(string Text) : AnswerEvent;
