using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Cairn.Cli.Tests.CommandLine;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests.Native;

/// <summary>
/// The command compiled to machine code, once for all tests of a class, in a folder of its own: the libraries are those that
/// lie built beside this test, only the command is restored, compiled and linked again.
/// </summary>
public sealed class NativeProgram : IDisposable
{
    /// <summary>What restoring says where a package cannot be had.</summary>
    private static readonly string[] MissingPackage = ["NU1101", "NU1102", "NU1103", "NU1301"];

    private static readonly TimeSpan LongestPublish = TimeSpan.FromMinutes(15);

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<string>> _program;

    public NativeProgram() => _program = new Lazy<Task<string>>(PublishAsync);

    /// <summary>Runs a command line in a process of its own; skips the test where no native program can be made here.</summary>
    internal async Task<CliRun> InvokeAsync(string[] arguments, CancellationToken cancellationToken) =>
        await CliProcess.RunAsync(await _program.Value, arguments, cancellationToken);

    public void Dispose() => _folder.Dispose();

    private async Task<string> PublishAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the native build is tested on Linux and macOS");
        Assert.SkipUnless(IsOnPath("clang") || IsOnPath("gcc"), "the native build needs clang or gcc to link with");

        Assert.SkipWhen(
            RuntimeInformation.ProcessArchitecture == Architecture.X64 && !(Avx2.IsSupported && Fma.IsSupported && Bmi2.IsSupported && Lzcnt.IsSupported),
            "the native build needs a processor with AVX2, FMA and BMI2");

        Directory.CreateSymbolicLink(_folder.File("models"), Repository.Path("models")); // it finds them in a folder above its own
        using var limit = new CancellationTokenSource(LongestPublish);
        var output = Path.Combine(_folder.Path, "publish");
        var build = await CliProcess.RunAsync(
            "dotnet",
            [
                "publish", Repository.Path("src", "Cairn.Cli"), "--configuration", BuildConfiguration, "--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false",
                "-p:PublishProfile=native", $"-p:NativeWorkFolder={_folder.Path}", "-p:BuildProjectReferences=false", $"-p:PublishDir={output}/",
            ],
            limit.Token);
        var missing = Array.Find(MissingPackage, code => build.Output.Contains(code, StringComparison.Ordinal));
        Assert.SkipWhen(missing is not null, $"the packages of the native compiler cannot be had here ({missing})");
        Assert.True(build.ExitCode == 0, build.Output + build.Error);
        Assert.DoesNotContain("warning", build.Output);
        return Path.Combine(output, "cairn");
    }

    /// <summary>Debug or Release, as this test was built: what it needs is built as well.</summary>
    private static string BuildConfiguration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
