namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Arithmetic composition and decomposition of Hangul syllables.</summary>
/// <remarks>Unicode 16, section 3.12, "Conjoining Jamo Behavior"; the names of the constants are those of the section.</remarks>
internal static class Hangul
{
    private const int SBase = 0xAC00, LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7;
    private const int LCount = 19, VCount = 21, TCount = 28, NCount = VCount * TCount, SCount = LCount * NCount;

    public static bool IsSyllable(int codePoint) => codePoint is >= SBase and < SBase + SCount;

    /// <summary>Whether a code point can complete a syllable that stands before it.</summary>
    public static bool IsTrailing(int codePoint) =>
        codePoint is (>= VBase and < VBase + VCount) or (> TBase and < TBase + TCount);

    /// <summary>Writes the two or three jamo of a syllable and returns their number.</summary>
    public static int Decompose(int syllable, Span<int> jamo)
    {
        var index = syllable - SBase;
        jamo[0] = LBase + (index / NCount);
        jamo[1] = VBase + (index % NCount / TCount);
        jamo[2] = TBase + (index % TCount);
        return jamo[2] == TBase ? 2 : 3;
    }

    /// <summary>The syllable that two code points make, or −1.</summary>
    public static int Compose(int first, int second)
    {
        if (first is >= LBase and < LBase + LCount && second is >= VBase and < VBase + VCount)
        {
            return SBase + ((((first - LBase) * VCount) + (second - VBase)) * TCount);
        }

        return IsSyllable(first) && (first - SBase) % TCount == 0 && second is > TBase and < TBase + TCount
            ? first + (second - TBase)
            : -1;
    }
}
