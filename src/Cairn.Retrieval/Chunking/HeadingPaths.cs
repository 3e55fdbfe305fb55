using Cairn.Abstractions;

namespace Cairn.Retrieval.Chunking;

/// <summary>Heading paths within their share of a chunk, with their tokens.</summary>
internal sealed class HeadingPaths(ITokenCounter counter, int budget)
{
    private const int CharactersPerToken = 12;

    private readonly Dictionary<string, (string Path, int Tokens)> _known = [];

    /// <summary>The outer <paramref name="depth"/> headings and the table's header; the outermost go when it is too long.</summary>
    public (string Path, int Tokens) Of(Section section, int depth, string? tableHeader)
    {
        var headings = section.Headings.Take(depth).Select(heading => heading.Text).ToList();
        if (tableHeader is not null)
        {
            headings.Add(tableHeader);
        }

        var full = string.Join(Section.Separator, headings);
        if (_known.TryGetValue(full, out var known))
        {
            return known;
        }

        var path = full;
        var tokens = Count(path);
        while (tokens > budget)
        {
            if (headings.Count > 1)
            {
                headings.RemoveAt(0);
                path = string.Join(Section.Separator, headings);
            }
            else
            {
                path = Halve(path);
            }

            tokens = Count(path);
        }

        return _known[full] = (path, tokens);
    }

    private int Count(string path) => path.Length switch
    {
        0 => 0,
        var length when length > budget * CharactersPerToken => int.MaxValue,
        _ => counter.Count(path),
    };

    private static string Halve(string path)
    {
        var cut = path.Length / 2;
        var space = path.LastIndexOf(' ', cut);
        cut = space > 0 ? space : cut;
        return path[..(cut > 0 && char.IsHighSurrogate(path[cut - 1]) ? cut - 1 : cut)].TrimEnd();
    }
}
