using System.Globalization;

namespace Cairn.Models.Tokenizers.Characters;

/// <summary>Looks up character classes by code point: a table for the basic plane, computed once; .NET's data beyond.</summary>
internal static class CharacterClasses
{
    private static readonly CharacterClass[] BasicPlane = MakeTable();

    /// <summary>The class of the code point at a position and its length in UTF-16 units.</summary>
    public static CharacterClass Get(ReadOnlySpan<char> text, int at, out int length)
    {
        var character = text[at];
        length = 1;
        if (!char.IsHighSurrogate(character) || at + 1 >= text.Length || !char.IsLowSurrogate(text[at + 1]))
        {
            return BasicPlane[character];
        }

        length = 2;
        return Classify(char.ConvertToUtf32(character, text[at + 1]));
    }

    /// <summary>The class of a UTF-16 unit; a surrogate has none.</summary>
    public static CharacterClass Get(char character) => BasicPlane[character];

    private static CharacterClass[] MakeTable()
    {
        var table = new CharacterClass[char.MaxValue + 1];
        for (var character = 0; character < table.Length; character++)
        {
            table[character] = Classify(character);
        }

        return table;
    }

    private static CharacterClass Classify(int codePoint)
    {
        var of = CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter =>
                CharacterClass.Letter | CharacterClass.UpperPart,
            UnicodeCategory.LowercaseLetter => CharacterClass.Letter | CharacterClass.LowerPart,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter =>
                CharacterClass.Letter | CharacterClass.UpperPart | CharacterClass.LowerPart,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark =>
                CharacterClass.UpperPart | CharacterClass.LowerPart,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber =>
                CharacterClass.Number,
            _ => CharacterClass.None,
        };
        if (codePoint is '\r' or '\n') of |= CharacterClass.LineBreak;

        return codePoint <= char.MaxValue && char.IsWhiteSpace((char)codePoint) ? of | CharacterClass.Space : of;
    }
}
