using System.Diagnostics;
using System.Text.Json;
using Cairn.Models;
using Cairn.Models.Adapters;
using Cairn.Models.ChatTemplates;

namespace Cairn.Fuzz;

/// <summary>Spoils valid files and reads them: each must load or be refused with an error that names the fault, soon and in little memory.</summary>
public static class FuzzRunner
{
    private const int MostFailures = 50;
    private const int Attempts = 4; // at a file that seemed slow: a busy machine makes any file slow now and then

    /// <summary>Runs all mutations.</summary>
    /// <param name="settings">How many, and of what.</param>
    /// <param name="log">Told about each target when it is done.</param>
    public static FuzzReport Run(FuzzSettings settings, TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(log);
        var clock = Stopwatch.StartNew();
        var targets = FuzzTargets.Create(settings.Goldens)
            .Where(target => target.Name.StartsWith(settings.Only, StringComparison.Ordinal)).ToList();
        var tallies = targets.ToDictionary(target => target.Name, _ => new FuzzTally());
        var failures = new List<FuzzFailure>();
        var each = targets.Count == 0 ? 0 : (settings.Mutations + targets.Count - 1) / targets.Count;
        foreach (var target in targets)
        {
            var threads = Enumerable.Range(0, settings.Threads).Select(i => new Thread(() =>
            {
                var (tally, found) = RunShare(target, settings, each * i / settings.Threads, each * (i + 1) / settings.Threads);
                lock (failures)
                {
                    tallies[target.Name].Add(tally);
                    failures.AddRange(found);
                }
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            log.WriteLine($"{clock.Elapsed:hh\\:mm\\:ss} {target.Name}: {tallies[target.Name].Count:N0}, {failures.Count} failures so far");
            if (failures.Count >= MostFailures) break;
        }

        return new FuzzReport(tallies, failures, clock.Elapsed);
    }

    private static (FuzzTally Tally, List<FuzzFailure> Failures) RunShare(FuzzTarget target, FuzzSettings settings, int start, int end)
    {
        var (tally, failures) = (new FuzzTally(), new List<FuzzFailure>());
        var folder = Directory.CreateTempSubdirectory("cairn-fuzz-").FullName;
        try
        {
            target.Prepare(folder);
            Measure(target, folder, target.Valid); // compiles the code before anything is measured
            for (var i = settings.First + start; i < settings.First + end && failures.Count < MostFailures; i++)
            {
                var content = target.Mutate(target.Valid, new Random(HashCode(settings.Seed, i)));
                var outcome = Measure(target, folder, content);
                for (var again = 0; again < Attempts && outcome.Time > settings.MaximumTime; again++) outcome = Measure(target, folder, content);
                tally.Add(outcome.Refusal, outcome.Time, outcome.Allocated);
                var problem = outcome.Problem
                    ?? (outcome.Time > settings.MaximumTime ? $"took {outcome.Time.TotalSeconds:F1} s" : null)
                    ?? (outcome.Allocated > target.MaximumAllocation ? $"allocated {outcome.Allocated:N0} bytes" : null);
                if (problem is null) continue;

                failures.Add(new FuzzFailure(target.Name, i, problem));
                if (settings.Keep is { } keep) File.WriteAllBytes(Path.Combine(keep, $"{i}-{target.Name.Replace('/', '-')}"), content);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return (tally, failures);
    }

    private static (string? Refusal, string? Problem, TimeSpan Time, long Allocated) Measure(FuzzTarget target, string folder, byte[] content)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        string? refusal = null;
        string? problem = null;
        try
        {
            target.Try(folder, content);
        }
        catch (ModelFormatException exception)
        {
            refusal = JsonNamingPolicy.SnakeCaseLower.ConvertName(exception.Kind.ToString());
        }
        catch (ChatTemplateException exception)
        {
            refusal = "chat_template_" + JsonNamingPolicy.SnakeCaseLower.ConvertName(exception.Kind.ToString());
        }
        catch (AdapterMismatchException)
        {
            refusal = "adapter_mismatch";
        }
#pragma warning disable CA1031 // any other exception is what this program looks for
        catch (Exception exception)
#pragma warning restore CA1031
        {
            problem = exception.ToString();
        }

        return (refusal, problem, clock.Elapsed, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    /// <summary>A seed for each mutation that is the same in every process.</summary>
    private static int HashCode(int seed, int mutation) => (int)(((uint)seed * 2_654_435_761u) ^ ((uint)mutation * 40_503u) ^ ((uint)mutation << 16));
}
