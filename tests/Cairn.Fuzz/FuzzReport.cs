using System.Globalization;
using System.Text;

namespace Cairn.Fuzz;

/// <summary>The outcome of a run.</summary>
/// <param name="Tallies">What became of each target's mutations.</param>
/// <param name="Failures">What should not have happened.</param>
/// <param name="Elapsed">How long the run took.</param>
public sealed record FuzzReport(
    IReadOnlyDictionary<string, FuzzTally> Tallies, IReadOnlyList<FuzzFailure> Failures, TimeSpan Elapsed)
{
    /// <summary>Files that were tried.</summary>
    public int Count => Tallies.Values.Sum(tally => tally.Count);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"{"target",-30} {"files",9} {"loaded",9} {"refused",9} {"kinds",5} {"slowest",10} {"allocated",12}");
        foreach (var (name, tally) in Tallies)
        {
            Line($"{name,-30} {tally.Count,9:N0} {tally.Loaded,9:N0} {tally.Count - tally.Loaded,9:N0} {tally.Refusals.Count,5} {tally.Slowest.TotalMilliseconds,7:F0} ms {tally.MostAllocated,12:N0}");
        }

        var kinds = Tallies.Values.SelectMany(tally => tally.Refusals).GroupBy(pair => pair.Key, StringComparer.Ordinal);
        Line($"refusals: {string.Join(", ", kinds.Select(kind => (Kind: kind.Key, Count: kind.Sum(pair => pair.Value))).OrderByDescending(kind => kind.Count).Select(kind => $"{kind.Kind} {kind.Count}"))}");
        foreach (var failure in Failures) Line($"FAILED {failure}");
        Line($"{Count:N0} mutated files in {Elapsed.TotalSeconds:F0} s: {Tallies.Values.Sum(tally => tally.Loaded):N0} loaded, {Tallies.Values.Sum(tally => tally.Count - tally.Loaded):N0} refused, {Failures.Count} failures");
        return text.ToString().TrimEnd();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
