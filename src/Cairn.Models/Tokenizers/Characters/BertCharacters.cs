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
}
