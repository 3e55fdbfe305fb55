using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>The compiled rewriting rules of a SentencePiece model (<c>precompiled_charsmap</c>): text → its replacement.</summary>
/// <remarks>
/// Four bytes with the size of a double array, the double array, then the replacements, each ended by a zero byte. The
/// double array is that of darts-clone (Yata, 2008): a unit of 32 bits holds a label (bits 0–7), whether a value follows
/// (8), whether the offset is to be multiplied by 256 (9) and the offset (10–30); a value is the place of a replacement.
/// Files are not trusted: a step outside the array is no match, a value outside the replacements is an error when reading.
/// </remarks>
internal sealed class CharacterMap
{
    private const int LongestRule = 64; // bytes; the longest of the published maps has 15

    private readonly uint[] _units;
    private readonly byte[] _replacements;

    private CharacterMap(uint[] units, byte[] replacements) => (_units, _replacements) = (units, replacements);

    /// <summary>Reads the rules.</summary>
    /// <param name="blob">The bytes of the file.</param>
    /// <param name="error">Makes an error out of a problem and what was expected.</param>
    public static CharacterMap Parse(ReadOnlySpan<byte> blob, Func<string, string, Exception> error)
    {
        if (blob.Length < sizeof(uint)) throw error("the character map is cut off", "at least 4 bytes");

        var size = BinaryPrimitives.ReadUInt32LittleEndian(blob);
        if (size % sizeof(uint) != 0 || size == 0 || size > blob.Length - sizeof(uint))
        {
            throw error($"the character map says that its index has {size:N0} bytes", $"a multiple of 4 up to {blob.Length - sizeof(uint):N0}");
        }

        var units = new uint[size / sizeof(uint)];
        for (var i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(blob[(sizeof(uint) * (i + 1))..]);
        }

        return new CharacterMap(units, blob[(int)(sizeof(uint) + size)..].ToArray());
    }

    /// <summary>The longest rule that a text starts with, or else one that is empty.</summary>
    /// <param name="text">Text without lone surrogates.</param>
    /// <returns>Length in UTF-16 units, 0 when no rule applies; and the UTF-8 that replaces it.</returns>
    public (int Length, ReadOnlyMemory<byte> Replacement) FindLongest(ReadOnlySpan<char> text) => Find(text, stopsAtFirst: false);

    /// <summary>The shortest rule that a text starts with.</summary>
    /// <param name="text">Text without lone surrogates.</param>
    /// <returns>Length in UTF-16 units, 0 when no rule applies; and the UTF-8 that replaces it.</returns>
    public (int Length, ReadOnlyMemory<byte> Replacement) FindShortest(ReadOnlySpan<char> text) => Find(text, stopsAtFirst: true);

    public void Describe(FingerprintBuilder fingerprint)
    {
        fingerprint.Add(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_units.AsSpan()));
        fingerprint.Add(_replacements);
    }

    private (int Length, ReadOnlyMemory<byte> Replacement) Find(ReadOnlySpan<char> text, bool stopsAtFirst)
    {
        var found = (Length: 0, Replacement: ReadOnlyMemory<byte>.Empty);
        Span<byte> bytes = stackalloc byte[4];
        var node = Offset(_units[0]);
        var read = 0;
        for (var at = 0; at < text.Length && read < LongestRule;)
        {
            if (Rune.DecodeFromUtf16(text[at..], out var rune, out var length) != OperationStatus.Done) break;

            at += length;
            var hasValue = false;
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                node ^= value;
                if (node >= _units.Length || Label(_units[node]) != value) return found;

                hasValue = HasValue(_units[node]);
                node ^= Offset(_units[node]);
                read++;
            }

            if (!hasValue || node >= _units.Length) continue;

            found = (at, ReplacementAt(_units[node] & 0x7FFF_FFFF));
            if (stopsAtFirst) break;
        }

        return found;
    }

    private ReadOnlyMemory<byte> ReplacementAt(uint start)
    {
        if (start >= _replacements.Length) return ReadOnlyMemory<byte>.Empty;

        var rest = _replacements.AsMemory((int)start);
        var end = rest.Span.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }

    private static bool HasValue(uint unit) => (unit & 0x100) != 0;

    /// <summary>The label; a unit that is a value has its highest bit set and never equals a byte.</summary>
    private static uint Label(uint unit) => unit & 0x8000_00FF;

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);
}
