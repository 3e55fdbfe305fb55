namespace Cairn.Models.Tokenizers.Spelling;

/// <summary>GPT-2's printable characters for the 256 byte values.</summary>
/// <remarks>
/// Bytes that print (33–126, 161–172, 174–255) are the characters of the same number; the other 68, in order, are
/// U+0100 and up. Radford et al. 2019, <c>bytes_to_unicode</c> of the published encoder.
/// </remarks>
internal static class ByteAlphabet
{
    private const int FirstSubstitute = 0x100;

    private static readonly char[] Symbols = MakeSymbols();
    private static readonly short[] Bytes = MakeBytes();

    public static char GetSymbol(byte value) => Symbols[value];

    public static bool TryGetByte(char symbol, out byte value)
    {
        var found = symbol < Bytes.Length ? Bytes[symbol] : (short)-1;
        value = (byte)found;
        return found >= 0;
    }

    private static char[] MakeSymbols()
    {
        var symbols = new char[256];
        var substitutes = 0;
        for (var value = 0; value < symbols.Length; value++)
        {
            var prints = value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
            symbols[value] = (char)(prints ? value : FirstSubstitute + substitutes++);
        }

        return symbols;
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[Symbols.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < Symbols.Length; value++)
        {
            bytes[Symbols[value]] = (short)value;
        }

        return bytes;
    }
}
