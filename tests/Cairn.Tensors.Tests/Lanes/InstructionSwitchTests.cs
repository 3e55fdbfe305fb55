using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>
/// Starts this test program again with instruction sets switched off: the runtime then reports a lesser processor, the
/// ladder has fewer rungs, and no integer result may change.
/// </summary>
public sealed class InstructionSwitchTests
{
    private const string ExpectedDigest = "CAIRN_TEST_EXPECTED_DIGEST";
    private const string ExpectedRungs = "CAIRN_TEST_EXPECTED_RUNGS";

    /// <summary>A switch of the runtime and what rungs are then the first of a ladder.</summary>
    public static TheoryData<string, string> Switches =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? new()
            {
                { "", "AVX-512|AVX-VNNI|AVX2|SSSE3" },
                { "AVX512", "AVX-VNNI|AVX2|SSSE3" },
                { "AVX2", "SSSE3" },
                { "HWIntrinsic", "scalar" },
            }
            : new() { { "", "NEON dot|NEON" }, { "Arm64Dp", "NEON" } };

    /// <summary>Also what the other test starts: there the digest and the rungs are those that it expects.</summary>
    [Fact]
    public void First_rung_gives_the_results_of_the_scalar_twin()
    {
        var expected = Environment.GetEnvironmentVariable(ExpectedDigest) ?? KernelDigest.Of(l => l.CreateScalar());
        var rungs = Environment.GetEnvironmentVariable(ExpectedRungs) ?? ".*";

        Assert.Equal(expected, KernelDigest.Of(l => l.Supported().First()));
        Assert.All(
            KernelDigest.Ladders,
            l => Assert.Matches($@"^\w+ R\d+ int(8|16) ({rungs})$", l.Supported().First().Name));
    }

    [Theory]
    [MemberData(nameof(Switches))]
    public async Task Switched_off_instructions_change_the_rung_and_no_result(string name, string rungs)
    {
        var start = TestProgram.Start(
            $"*{nameof(First_rung_gives_the_results_of_the_scalar_twin)}", name.Length > 0 ? [name] : []);
        start.Environment[ExpectedDigest] = KernelDigest.Of(l => l.CreateScalar());
        start.Environment[ExpectedRungs] = rungs;

        var output = await TestProgram.RunAsync(start, TestContext.Current.CancellationToken);

        Assert.Matches(new Regex("succeeded: 1"), output);
    }
}
