namespace Cairn.Retrieval.Chunking;

/// <summary>A stretch of a text.</summary>
/// <param name="Start">First character, a UTF-16 offset.</param>
/// <param name="End">Offset just behind the last character.</param>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>UTF-16 characters in the span.</summary>
    public int Length => End - Start;

    /// <summary>The span's characters of <paramref name="text"/>.</summary>
    public string Of(string text) => text[Start..End];
}
