namespace Cairn.Retrieval.Chunking;

/// <summary>The least that is packed: a block, or a part of one that is too long.</summary>
/// <param name="Start">First character.</param>
/// <param name="End">Offset behind the last character.</param>
/// <param name="Tokens">Tokens of the characters.</param>
/// <param name="Section">Headings above it.</param>
/// <param name="OpensSection">Whether nothing stands between its heading and it.</param>
/// <param name="Block">Number of the block that it comes from.</param>
/// <param name="IsRow">Whether it is a line of a table or of code that is too long to stay whole.</param>
/// <param name="TableHeader">Header row that stands above it in its table; null outside split tables and in their first part.</param>
internal readonly record struct Piece(
    int Start, int End, int Tokens, Section Section, bool OpensSection, int Block, bool IsRow, string? TableHeader);
