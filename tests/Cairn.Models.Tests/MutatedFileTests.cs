using System.Buffers.Binary;
using System.Text;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Safetensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests;

/// <summary>Ten thousand damaged copies of valid files: each loads or is refused, and nothing else ever happens.</summary>
public sealed class MutatedFileTests
{
    private const int Mutations = 5_000; // of each format
    private const long MaximumAllocation = 1_000_000; // for files under 10 kB

    private static readonly ulong[] OddNumbers =
    [
        0, 1, 2, 3, 7, 31, 33, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000,
        0x3FFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFE0, 0xFFFFFFFFFFFFFFFF,
    ];

    [Fact]
    public void Mutated_gguf_loads_or_is_refused() => Run("gguf", TinyModel.WriteLlama, path =>
    {
        using var file = GgufFile.Open(path);
        foreach (var entry in file.Metadata.Entries)
        {
            if (entry.ElementType == GgufValueType.String) file.Metadata.GetStrings(entry.Key);
            else if (entry.ElementType == GgufValueType.Float32) file.Metadata.GetSingles(entry.Key);
            else file.Metadata.Describe(entry);
        }

        ModelValidator.ValidateDecoder(file);
        ModelValidator.ValidateWeights(file, TestContext.Current.CancellationToken);
    });

    [Fact]
    public void Mutated_safetensors_loads_or_is_refused() => Run("safetensors", TinyModel.WriteSafetensors, path =>
    {
        using var file = SafetensorsFile.Open(path);
        ModelValidator.ValidateWeights(file, TestContext.Current.CancellationToken);
    });

    private static void Run(string format, Action<string, int> write, Action<string> load)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("mutated." + format);
        write(path, 1);
        var valid = File.ReadAllBytes(path);
        load(path);
        var (loaded, kinds) = (0, new HashSet<ModelFormatError>());

        for (var seed = 0; seed < Mutations; seed++)
        {
            var bytes = Mutate(valid, new Random(seed));
            File.WriteAllBytes(path, bytes);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                load(path);
                loaded++;
            }
            catch (ModelFormatException exception)
            {
                kinds.Add(exception.Kind);
            }
            catch (Exception exception)
            {
                Assert.Fail($"{format}, seed {seed}: {exception}");
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.True(allocated < MaximumAllocation, $"{format}, seed {seed}: allocated {allocated:N0} bytes");
        }

        // The mutations must reach both sides of the border and many of the checks.
        Assert.InRange(loaded, Mutations / 100, Mutations * 95 / 100);
        Assert.True(kinds.Count >= 8, string.Join(", ", kinds));
    }

    private static byte[] Mutate(byte[] valid, Random random)
    {
        var bytes = valid;
        for (var i = random.Next(1, 4); i > 0 && bytes.Length > 16; i--)
        {
            // Most bytes are weights, which no mutation can break: aim at the first part twice as often.
            var at = random.Next(random.Next(3) == 0 ? bytes.Length : Math.Min(bytes.Length, 1400));
            bytes = random.Next(7) switch
            {
                0 => FlipBit(bytes, at, random),
                1 => bytes[..at],
                2 => WriteNumber(bytes, at & ~3, random),
                3 => WriteNumber(bytes, at, random),
                4 => CopyRange(bytes, at, random),
                5 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 40))..]],
                _ => ReplaceDigits(bytes, random),
            };
        }

        return bytes;
    }

    private static byte[] FlipBit(byte[] bytes, int at, Random random)
    {
        bytes = [.. bytes];
        bytes[at] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static byte[] WriteNumber(byte[] bytes, int at, Random random)
    {
        bytes = [.. bytes];
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, OddNumbers[random.Next(OddNumbers.Length)]);
        var length = Math.Min(random.Next(2) == 0 ? 4 : 8, bytes.Length - at);
        number[..length].CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    private static byte[] CopyRange(byte[] bytes, int at, Random random)
    {
        var from = random.Next(bytes.Length);
        var range = bytes.AsSpan(from, Math.Min(random.Next(1, 200), bytes.Length - from)).ToArray();
        if (random.Next(2) == 0) return [.. bytes[..at], .. range, .. bytes[at..]];

        bytes = [.. bytes];
        range.AsSpan(0, Math.Min(range.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>Edits a number of a textual header, keeping the length where that is possible.</summary>
    private static byte[] ReplaceDigits(byte[] bytes, Random random)
    {
        var start = random.Next(bytes.Length);
        while (start < bytes.Length && !char.IsAsciiDigit((char)bytes[start])) start++;
        if (start == bytes.Length) return bytes;

        var end = start;
        while (end < bytes.Length && char.IsAsciiDigit((char)bytes[end])) end++;
        var number = OddNumbers[random.Next(OddNumbers.Length)].ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (random.Next(4) != 0) number = number[..Math.Min(number.Length, end - start)].PadLeft(end - start, '1');
        return [.. bytes[..start], .. Encoding.ASCII.GetBytes(number), .. bytes[end..]];
    }
}
