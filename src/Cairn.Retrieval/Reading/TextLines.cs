using Cairn.Retrieval.Chunking;

namespace Cairn.Retrieval.Reading;

/// <summary>Lines of a text as spans without their line ends.</summary>
internal static class TextLines
{
    public static IEnumerable<TextSpan> Of(string text)
    {
        var start = 0;
        while (start < text.Length)
        {
            var end = text.AsSpan(start).IndexOfAny('\r', '\n');
            end = end < 0 ? text.Length : start + end;
            yield return new TextSpan(start, end);
            start = end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? end + 2 : end + 1;
        }
    }
}
