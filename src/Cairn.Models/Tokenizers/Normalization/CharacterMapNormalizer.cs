using System.Globalization;
using System.Text;

namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Applies a SentencePiece character map the way Hugging Face's <c>Precompiled</c> does.</summary>
/// <remarks>
/// That differs from SentencePiece itself, and models are used with it: the text goes by grapheme clusters, a cluster of
/// fewer than six bytes is replaced as a whole by the shortest rule that it begins with, otherwise each of its
/// characters by itself.
/// </remarks>
internal sealed class CharacterMapNormalizer(CharacterMap map) : Normalizer
{
    private const int ShortestKept = 6; // bytes of a cluster that is looked up as a whole no more

    public override string Name { get; } = "precompiled(" + SentencePieceNormalizer.Digest(map) + ")";

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        var text = source.Text;
        for (var at = 0; at < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text[at..]);
            var cluster = text.Slice(at, length);
            if (length >= ShortestKept || Encoding.UTF8.GetByteCount(cluster) >= ShortestKept || !TryReplace(cluster, source, at, destination))
            {
                ReplaceEach(cluster, source, at, destination);
            }

            at += length;
        }
    }

    private void ReplaceEach(ReadOnlySpan<char> cluster, TextBuffer source, int start, TextBuffer destination)
    {
        for (var at = 0; at < cluster.Length;)
        {
            Rune.DecodeFromUtf16(cluster[at..], out _, out var length);
            if (!TryReplace(cluster.Slice(at, length), source, start + at, destination))
            {
                destination.Append(source, start + at, start + at + length);
            }

            at += length;
        }
    }

    /// <summary>Each character written stands for the one at the same place of what it replaces, or for the last.</summary>
    private bool TryReplace(ReadOnlySpan<char> part, TextBuffer source, int start, TextBuffer destination)
    {
        var (length, replacement) = map.FindShortest(part);
        if (length == 0) return false;

        var from = 0;
        var bytes = replacement.Span;
        while (bytes.Length > 0)
        {
            Rune.DecodeFromUtf8(bytes, out var rune, out var read);
            destination.AppendCodePoint(rune.Value, source.RangeAt(start + from));
            bytes = bytes[read..];
            Rune.DecodeFromUtf16(part[from..], out _, out var step);
            if (from + step < part.Length) from += step;
        }

        return true;
    }
}
