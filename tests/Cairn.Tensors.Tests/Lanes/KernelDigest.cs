using System.Security.Cryptography;

namespace Cairn.Tensors.Tests;

/// <summary>The results of integer kernels of every format over fixed inputs, as one number to compare.</summary>
internal static unsafe class KernelDigest
{
    private const int Rows = 35;
    private const int Columns = 512;
    private const int Tokens = 15; // tiles, and tokens left over

    /// <summary>The ladders of all formats.</summary>
    public static IReadOnlyList<KernelLadder> Ladders { get; } =
        [.. BlockFormat.All.SelectMany(f => new[] { f.Int8Ladder, f.Int16Ladder }).OfType<KernelLadder>()];

    /// <summary>SHA-256 of the results of a kernel of every ladder.</summary>
    public static string Of(Func<KernelLadder, MatrixKernel> choose)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var format in BlockFormat.All)
        {
            foreach (var ladder in (KernelLadder?[])[format.Int8Ladder, format.Int16Ladder])
            {
                if (ladder is not null)
                {
                    hash.AppendData(Results(format, choose(ladder)));
                }
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static byte[] Results(BlockFormat format, MatrixKernel kernel)
    {
        var random = new Random(7);
        var weights = TestData.Blocks(random, format, Rows, Columns);
        var x = TestData.Uniform(random, Tokens * Columns);
        var results = new byte[Tokens * Rows * sizeof(float)];
        using var packed = new AlignedMemory<byte>(kernel.PackedBytes(Rows, Columns));
        using var scratch = new AlignedMemory<float>(Math.Max(1, kernel.ScratchLength(Columns)));
        using var buffer = new AlignedMemory<byte>(Tokens * Columns * sizeof(float));
        fixed (byte* source = weights, output = results)
        fixed (float* px = x)
        {
            kernel.Pack(source, Rows, Columns, 0, kernel.PanelCount(Rows), packed.Pointer);
            var activations = Quantize(kernel.Form, px, buffer.Pointer);
            var call = new KernelCall(packed.Pointer, Rows, Columns, activations, Tokens, (float*)output, Rows);
            var chunks = kernel.ChunkCount(Rows, Tokens);
            var atOnce = kernel.ChunksAtOnce(Tokens);
            for (var chunk = 0; chunk < chunks; chunk += atOnce)
            {
                kernel.MultiplyChunks(call, chunk, Math.Min(chunk + atOnce, chunks), scratch.Pointer);
            }
        }

        return results;
    }

    private static Activations Quantize(ActivationForm form, float* x, byte* buffer)
    {
        if (form == ActivationForm.Rows)
        {
            var rows = new Int16Activations(buffer, Tokens, Columns);
            for (var token = 0; token < Tokens; token++)
            {
                rows.Quantize(x, token);
            }

            return new Activations { Rows = rows };
        }

        var bytes = new Int8Activations(buffer, Tokens, Columns, form);
        for (var tile = 0; tile < bytes.TileCount; tile++)
        {
            bytes.Quantize(x, tile);
        }

        return new Activations { Blocks = bytes, SuperBlocks = bytes };
    }
}
