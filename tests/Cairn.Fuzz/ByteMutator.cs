using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Cairn.Fuzz;

/// <summary>Spoils any file: flips bits, cuts, copies and removes ranges, and writes numbers that overflow something.</summary>
internal static class ByteMutator
{
    private static readonly ulong[] OddNumbers =
    [
        0, 1, 2, 3, 7, 31, 33, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000,
        0x3FFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFE0, 0xFFFFFFFFFFFFFFFF,
        0x7F800000, 0x7FC00000, 0x3F800000, 0xBF800000, // float32: infinity, NaN, 1, -1
    ];

    /// <summary>Spoils content in one to three places; the first part, where headers are, more often than the rest.</summary>
    /// <param name="content">A valid file.</param>
    /// <param name="head">Bytes of the part that is aimed at.</param>
    /// <param name="random">Decides everything.</param>
    public static byte[] Mutate(byte[] content, int head, Random random)
    {
        for (var i = random.Next(1, 4); i > 0 && content.Length > 16; i--)
        {
            var at = random.Next(random.Next(4) == 0 ? content.Length : Math.Min(content.Length, head));
            content = random.Next(7) switch
            {
                0 => FlipBit(content, at, random),
                1 when random.Next(3) == 0 => content[..at],
                2 => WriteNumber(content, at & ~3, random),
                3 => WriteNumber(content, at, random),
                4 => CopyRange(content, at, random),
                5 => [.. content[..at], .. content[Math.Min(content.Length, at + random.Next(1, 40))..]],
                _ => ReplaceDigits(content, random),
            };
        }

        return content;
    }

    /// <summary>Replaces the number of some bytes at a known place, such as a metadata value.</summary>
    public static byte[] WriteNumber(byte[] content, int at, Random random)
    {
        byte[] result = [.. content];
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, OddNumbers[random.Next(OddNumbers.Length)]);
        var length = Math.Min(random.Next(2) == 0 ? 4 : 8, result.Length - at);
        number[..length].CopyTo(result.AsSpan(at));
        return result;
    }

    private static byte[] FlipBit(byte[] content, int at, Random random)
    {
        byte[] result = [.. content];
        result[at] ^= (byte)(1 << random.Next(8));
        return result;
    }

    private static byte[] CopyRange(byte[] content, int at, Random random)
    {
        var from = random.Next(content.Length);
        var range = content.AsSpan(from, Math.Min(random.Next(1, 200), content.Length - from)).ToArray();
        if (random.Next(2) == 0) return [.. content[..at], .. range, .. content[at..]];

        byte[] result = [.. content];
        range.AsSpan(0, Math.Min(range.Length, result.Length - at)).CopyTo(result.AsSpan(at));
        return result;
    }

    /// <summary>Edits a number of a text, keeping the length where that is possible.</summary>
    private static byte[] ReplaceDigits(byte[] content, Random random)
    {
        var start = random.Next(content.Length);
        while (start < content.Length && !char.IsAsciiDigit((char)content[start])) start++;
        if (start == content.Length) return content;

        var end = start;
        while (end < content.Length && char.IsAsciiDigit((char)content[end])) end++;
        var number = OddNumbers[random.Next(OddNumbers.Length)].ToString(CultureInfo.InvariantCulture);
        if (random.Next(4) != 0) number = number[..Math.Min(number.Length, end - start)].PadLeft(end - start, '1');
        return [.. content[..start], .. Encoding.ASCII.GetBytes(number), .. content[end..]];
    }
}
