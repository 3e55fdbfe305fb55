namespace Cairn.Models.HuggingFace;

/// <summary>The numbers of a model that its tensors' layouts depend on.</summary>
/// <param name="HeadDim">Width of an attention head.</param>
/// <param name="SkippedRows">Rows before the first position in a table of positions.</param>
internal readonly record struct LayoutSizes(int HeadDim, int SkippedRows = 0);
