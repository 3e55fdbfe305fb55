using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;
using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>
/// What the compiler makes of the kernels that matter most, in instructions instead of time: the inner loop multiplies as
/// often as it should and has little beside that.
/// </summary>
/// <remarks>
/// Starts this test program again, which then runs the kernels and prints their code. AVX2 is what is compared, so that the
/// numbers are those of every x64 machine; it has 16 registers, where AVX-512 has 32.
/// </remarks>
public sealed class CompiledKernelTests
{
    private static readonly Lazy<Task<IReadOnlyList<CodeListing>>> Listings = new(CompileAsync);

    /// <summary>
    /// Class and method, its multiply, how many a round of the inner loop has at least, instructions and stores of vectors
    /// to the stack at most: a quarter more than .NET 10.0.12 makes, which differs a little from run to run. Tiles hold
    /// eight sums of 16 bits in registers over 32 columns; what waits on the stack meanwhile are sums of floats.
    /// </summary>
    public static TheoryData<string, string, string, int, int, int> Kernels => new()
    {
        { @"\.BlockVectorKernel`.*FourBits", "MultiplyTile", "vpmaddubsw", 64, 350, 24 },
        { @"\.SuperBlockVectorKernel`.*FourBits", "Multiply(Tile|TwoTokens)", "vpmaddubsw", 64, 300, 34 },
        { "PackedBlockProduct`.*FourBits", "Add", "vpmaddubsw", 8, 86, 0 },
        { "AttentionProducts`", "Scores4", "vfmadd", 8, 30, 0 },
        { "AttentionProducts`", "AddValues4", "vfmadd", 8, 30, 0 },
        { "Q8_0Int16VectorKernel`", "MultiplyTile", "vpmaddwd", 16, 65, 0 },
        { "ActivationQuantizer", "Vectors256", "vmulps", 4, 180, 1 }, // a block of 32 values, whose quants pass through the stack
    };

    [Theory]
    [MemberData(nameof(Kernels))]
    public async Task Inner_loop_has_its_multiplies_and_little_else(
        string type, string method, string multiply, int least, int mostInstructions, int mostSpills)
    {
        Assert.SkipUnless(Avx2.IsSupported && Fma.IsSupported, "the numbers are those of AVX2 code");
        var listings = await Listings.Value;

        var loops = listings
            .Where(listing => Regex.IsMatch(listing.Method, $@"({type}).*:{method}\("))
            .SelectMany(listing => listing.LoopsWith(multiply))
            .ToList();

        Assert.True(loops.Count > 0, $"no loop with {multiply} in {type}:{method}; compiled were:\n{string.Join('\n', listings.Select(l => l.Method))}");
        Assert.All(loops, loop =>
        {
            var code = $"{type}:{method}\n{string.Join('\n', loop)}";
            Assert.True(loop.Count(line => line.StartsWith(multiply, StringComparison.Ordinal)) >= least, $"fewer than {least} {multiply} in {code}");
            Assert.True(loop.Length <= mostInstructions, $"{loop.Length} instructions, more than {mostInstructions}, in {code}");
            Assert.True(CodeListing.Spills(loop).Count() <= mostSpills, $"more than {mostSpills} vectors stored to the stack in {code}");
        });
    }

    private static async Task<IReadOnlyList<CodeListing>> CompileAsync()
    {
        var path = Path.GetTempFileName();
        try
        {
            var start = TestProgram.Start($"*{nameof(GuardedKernelTests)}*", "AVX512", "AVXVNNI");
            start.Environment["DOTNET_JitStdOutFile"] = path;
            start.Environment["DOTNET_JitDisasm"] = "MultiplyTile MultiplyTwoTokens Add Scores4 AddValues4 Vectors256";
            await TestProgram.RunAsync(start, CancellationToken.None);
            return CodeListing.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
