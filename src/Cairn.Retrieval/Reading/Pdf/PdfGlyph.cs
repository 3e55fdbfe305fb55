namespace Cairn.Retrieval.Reading.Pdf;

/// <summary>A character on a page, turned so that its line runs from left to right.</summary>
/// <param name="Text">The character, or the letters of a ligature.</param>
/// <param name="Left">Where it begins along the line, in points.</param>
/// <param name="Right">Where it ends along the line.</param>
/// <param name="Baseline">Height of its line; larger is higher.</param>
/// <param name="Size">Height of the font, in points.</param>
/// <param name="IsBold">Whether the font's name says bold.</param>
internal readonly record struct PdfGlyph(string Text, double Left, double Right, double Baseline, double Size, bool IsBold);
