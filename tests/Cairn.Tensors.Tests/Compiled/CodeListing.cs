using System.Text.RegularExpressions;

namespace Cairn.Tensors.Tests;

/// <summary>The machine code of one method, as the runtime's compiler prints it (DOTNET_JitDisasm).</summary>
/// <param name="Method">Name with its class and type arguments.</param>
/// <param name="Lines">Labels and instructions.</param>
internal sealed partial record CodeListing(string Method, IReadOnlyList<string> Lines)
{
    /// <summary>All methods of a file that were compiled with full optimisation.</summary>
    public static IReadOnlyList<CodeListing> Read(string path)
    {
        var listings = new List<CodeListing>();
        List<string>? lines = null;
        foreach (var line in File.ReadLines(path))
        {
            if (Header().Match(line) is { Success: true } header)
            {
                lines = [];
                listings.Add(new CodeListing(header.Groups[1].Value, lines));
            }
            else if (line.Length > 0 && !line.StartsWith(';'))
            {
                lines?.Add(line.Trim());
            }
        }

        return [.. listings.Where(listing => listing.Method.EndsWith("(FullOpts)", StringComparison.Ordinal))];
    }

    /// <summary>Instructions of every loop that has such an instruction and holds no smaller loop that has it too.</summary>
    /// <param name="instruction">What the instruction starts with.</param>
    public IEnumerable<string[]> LoopsWith(string instruction)
    {
        var labels = Lines.Select((line, index) => (Label: Label().Match(line).Groups[1].Value, index))
            .Where(entry => entry.Label.Length > 0).ToDictionary(entry => entry.Label, entry => entry.index);
        (int Start, int End)[] loops =
            [.. Lines.Select((line, end) => (Start: labels.GetValueOrDefault(Jump().Match(line).Groups[1].Value, int.MaxValue), end))
                .Where(loop => loop.Start <= loop.end && Body(loop).Any(line => line.StartsWith(instruction, StringComparison.Ordinal)))];
        return loops
            .Where(loop => !loops.Any(other => other != loop && other.Start >= loop.Start && other.End <= loop.End))
            .Select(loop => Body(loop).Where(line => !Label().IsMatch(line)).ToArray());
    }

    /// <summary>Instructions that store a vector to the stack: what did not fit into registers.</summary>
    public static IEnumerable<string> Spills(IEnumerable<string> instructions) => instructions.Where(line => Spill().IsMatch(line));

    private IEnumerable<string> Body((int Start, int End) loop) => Lines.Skip(loop.Start).Take(loop.End - loop.Start + 1);

    [GeneratedRegex(@"^; Assembly listing for method (.*)$")]
    private static partial Regex Header();

    [GeneratedRegex(@"^(G_M\w+_IG\d+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^j\w+\s+(?:SHORT )?(G_M\w+_IG\d+)$")]
    private static partial Regex Jump();

    [GeneratedRegex(@"^vmov\w+\s+\wmmword ptr \[r[bs]p")]
    private static partial Regex Spill();
}
