using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Writes spaces as U+2581 and may put one at the front, standing for the first character.</summary>
/// <param name="prepend">Where one is put at the front.</param>
/// <param name="splitsAtWhitespace">First reduces the text to its words, each of which then gets its own.</param>
internal sealed class MetaspaceNormalizer(MetaspacePrepend prepend, bool splitsAtWhitespace) : Normalizer
{
    private const char Space = SentencePieceSpelling.Space;

    public override string Name => $"metaspace({prepend},{splitsAtWhitespace})";

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        var prepends = prepend == MetaspacePrepend.Always || (prepend == MetaspacePrepend.First && startsText);
        var text = source.Text;
        var startsWord = true;
        for (var at = 0; at < text.Length; at++)
        {
            if (splitsAtWhitespace && char.IsWhiteSpace(text[at]))
            {
                startsWord = true;
                continue;
            }

            var character = text[at] == ' ' ? Space : text[at];
            if (startsWord && prepends && character != Space) destination.Append(Space, source.RangeAt(at));
            destination.Append(character, source.RangeAt(at));
            startsWord = false;
        }
    }
}
