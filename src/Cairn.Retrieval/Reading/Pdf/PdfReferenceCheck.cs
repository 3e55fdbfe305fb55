using UglyToad.PdfPig;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Tokens;

namespace Cairn.Retrieval.Reading.Pdf;

/// <summary>
/// Refuses objects that are nothing but references to each other in a circle: the parser would follow them until its
/// stack, and with it the process, is at its end.
/// </summary>
internal static class PdfReferenceCheck
{
    private const int LongestChain = 8;

    /// <summary>Looks at the objects that stand in the file as they are; before it is opened.</summary>
    public static void CheckBytes(ReadOnlySpan<byte> bytes)
    {
        var targets = new Dictionary<long, long>();
        var position = 0;
        while (true)
        {
            var found = bytes[position..].IndexOf("obj"u8);
            if (found < 0)
            {
                break;
            }

            position += found;
            if (NumberBefore(bytes, position) is { } from && ReferenceAfter(bytes, position + 3) is { } to)
            {
                targets[from] = to;
            }

            position += 3;
        }

        Follow(targets);
    }

    /// <summary>Looks at the objects that are packed into streams; after the file is opened.</summary>
    public static void CheckObjects(PdfDocument pdf, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf("/ObjStm"u8) < 0)
        {
            return;
        }

        var targets = new Dictionary<long, long>();
        foreach (var reference in pdf.Structure.CrossReferenceTable.ObjectOffsets.Keys)
        {
            if (Get(pdf, reference) is IndirectReferenceToken target)
            {
                targets[reference.ObjectNumber] = target.Data.ObjectNumber;
            }
        }

        Follow(targets);
    }

    private static IToken? Get(PdfDocument pdf, IndirectReference reference)
    {
        try
        {
            return pdf.Structure.GetObject(reference)?.Data;
        }
        catch (Exception error) when (error is not (DocumentReadException or OutOfMemoryException))
        {
            // An object that cannot be read cannot be followed either.
            return null;
        }
    }

    private static void Follow(Dictionary<long, long> targets)
    {
        foreach (var start in targets.Keys)
        {
            var at = start;
            for (var steps = 0; targets.TryGetValue(at, out var next); steps++, at = next)
            {
                if (steps >= LongestChain)
                {
                    throw new DocumentReadException(
                        DocumentReadError.Corrupt, $"Object {start} of the PDF leads through references in a circle.");
                }
            }
        }
    }

    /// <summary>The object number in <c>11 0 obj</c>; null when something else stands before.</summary>
    private static long? NumberBefore(ReadOnlySpan<byte> bytes, int at)
    {
        var i = at - 1;
        SkipSpaceBack(bytes, ref i);
        var hasGeneration = SkipDigitsBack(bytes, ref i);
        SkipSpaceBack(bytes, ref i);
        var end = i;
        if (!hasGeneration || !SkipDigitsBack(bytes, ref i))
        {
            return null;
        }

        return Parse(bytes[(i + 1)..(end + 1)]);
    }

    /// <summary>The object number in <c>12 0 R</c>; null when something else follows.</summary>
    private static long? ReferenceAfter(ReadOnlySpan<byte> bytes, int at)
    {
        var rest = bytes[at..Math.Min(bytes.Length, at + 256)];
        rest = rest.TrimStart(" \t\r\n\f\0"u8);
        var number = rest[..Digits(rest)];
        rest = rest[number.Length..].TrimStart(" \t\r\n\f\0"u8);
        var generation = Digits(rest);
        rest = rest[generation..].TrimStart(" \t\r\n\f\0"u8);
        return number.Length > 0 && generation > 0 && rest.StartsWith("R"u8) ? Parse(number) : null;
    }

    private static int Digits(ReadOnlySpan<byte> bytes)
    {
        var count = bytes.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return count < 0 ? bytes.Length : count;
    }

    private static bool SkipDigitsBack(ReadOnlySpan<byte> bytes, ref int i)
    {
        var start = i;
        while (i >= 0 && bytes[i] is >= (byte)'0' and <= (byte)'9' && start - i < 20)
        {
            i--;
        }

        return i < start;
    }

    private static void SkipSpaceBack(ReadOnlySpan<byte> bytes, ref int i)
    {
        while (i >= 0 && bytes[i] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            i--;
        }
    }

    private static long? Parse(ReadOnlySpan<byte> digits) =>
        long.TryParse(digits, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
