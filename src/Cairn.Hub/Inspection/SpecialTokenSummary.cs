namespace Cairn.Hub.Inspection;

/// <summary>A token that controls a model.</summary>
/// <param name="Role">What it is for: <c>bos</c>, <c>eos</c>, <c>pad</c>, <c>unknown</c> or <c>end_of_generation</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its spelling.</param>
public sealed record SpecialTokenSummary(string Role, int Id, string Text);
