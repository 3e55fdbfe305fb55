using Cairn.Models.Tokenizers.Algorithms;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Turns merges written as text into ids; their order is their rank.</summary>
/// <param name="vocabulary">Tokens.</param>
/// <param name="file">The file, for errors.</param>
/// <param name="skipsUnknown">
/// Passes over a merge whose parts or product are no tokens instead of refusing it: it can never make a token. GGUF files
/// may hold such merges, the format of Hugging Face forbids them.
/// </param>
internal sealed class MergeReader(Vocabulary vocabulary, string file, bool skipsUnknown)
{
    private readonly List<(int Left, int Right, int Merged)> _merges = [];

    /// <summary>Adds a merge written with a space between its parts.</summary>
    public void Add(string merge)
    {
        var space = merge.Length < 2 ? -1 : merge.IndexOf(' ', 1);
        if (space < 0) throw Error($"merge {_merges.Count:N0} is malformed", "two tokens with a space between", $"'{merge}'");

        Add(merge[..space], merge[(space + 1)..]);
    }

    public void Add(string left, string right)
    {
        var merge = (Left: Find(left), Right: Find(right), Merged: Find(left + right));
        if (merge.Left >= 0 && merge.Right >= 0 && merge.Merged >= 0) _merges.Add(merge);
    }

    public MergeTable ToTable()
    {
        var table = new MergeTable(_merges.Count);
        for (var rank = 0; rank < _merges.Count; rank++)
        {
            var (left, right, merged) = _merges[rank];
            table.Add(left, right, new Merge(rank, merged));
        }

        return table;
    }

    private int Find(string token) => vocabulary.TryGetId(token, out var id) ? id
        : skipsUnknown ? -1
        : throw Error($"merge {_merges.Count:N0} uses a token that is not in the vocabulary", null, $"'{token}'");

    private ModelFormatException Error(string problem, string? expected, string got) => new(
        ModelFormatError.BadMetadata, file, problem, expected, got);
}
