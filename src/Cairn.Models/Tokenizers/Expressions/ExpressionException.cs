namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>An expression is malformed, or uses what cannot be carried out exactly and in linear time.</summary>
/// <param name="reason">What it is about, as a clause.</param>
internal sealed class ExpressionException(string reason) : Exception(reason);
