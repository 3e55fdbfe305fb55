using Cairn.Fuzz;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests;

/// <summary>Ten thousand spoilt files of every format: each loads or is refused with an error that names the fault.</summary>
public sealed class FuzzTests
{
    private const int Mutations = 5_000;

    [Fact]
    public void Spoilt_files_load_or_are_refused() => Run(new FuzzSettings { Mutations = Mutations });

    [Fact]
    public void Spoilt_goldens_load_or_are_refused() =>
        Run(new FuzzSettings { Mutations = Mutations, Goldens = Path.GetDirectoryName(SharedFiles.Golden("architectures")) });

    private static void Run(FuzzSettings settings)
    {
        // A busy machine makes anything slow: a hang is what a time limit is for here.
        var report = FuzzRunner.Run(settings with { MaximumTime = TimeSpan.FromSeconds(60) }, TextWriter.Null);

        Assert.True(report.Failures.Count == 0, report.ToString());
        Assert.True(report.Count >= settings.Mutations);
        Assert.InRange(report.Tallies.Values.Sum(tally => tally.Loaded), report.Count / 100, report.Count * 3 / 4);
        Assert.True(report.Tallies.Values.SelectMany(tally => tally.Refusals.Keys).Distinct().Count() >= 15, report.ToString());
    }
}
