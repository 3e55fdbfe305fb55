using System.Globalization;
using System.Text;
using Cairn.Models.Tokenizers.Normalization;

namespace Cairn.Models.Tokenizers.Characters;

/// <summary>General categories as BERT's reference library sees them.</summary>
/// <remarks>
/// The library that tokenised the published models has the tables of Unicode 8. Marks, formats and punctuation that came
/// later are to it characters like any other, and models have learnt their ids that way.
/// </remarks>
internal static class BertCharacters
{
    public static UnicodeCategory CategoryOf(Rune rune)
    {
        if (rune.IsAscii) return Rune.GetUnicodeCategory(rune);

        return UnicodeData.Instance.IsLaterThanUnicode8(rune.Value)
            ? UnicodeCategory.OtherNotAssigned
            : Rune.GetUnicodeCategory(rune);
    }

    /// <summary>All ASCII that is neither letter, digit, space nor control; beyond ASCII the categories P.</summary>
    public static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value is > ' ' and < 0x7F && !char.IsAsciiLetterOrDigit((char)rune.Value)
        : CategoryOf(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation
            or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation
            or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;
}
