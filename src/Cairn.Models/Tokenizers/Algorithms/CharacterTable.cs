using System.Buffers;
using System.Text;

namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Ids of single characters; a character that only takes part in merges gets an id beyond the vocabulary.</summary>
internal sealed class CharacterTable
{
    private readonly Dictionary<int, int> _ids = [];
    private readonly List<int> _beyond = [];
    private readonly int _vocabularyCount;

    /// <summary>Takes the tokens that are one code point.</summary>
    public CharacterTable(Vocabulary vocabulary, Func<int, bool> isMatchable)
    {
        _vocabularyCount = vocabulary.Count;
        for (var id = 0; id < vocabulary.Count; id++)
        {
            var token = vocabulary.Tokens[id];
            if (token.Length is 1 or 2
                && Rune.DecodeFromUtf16(token, out var rune, out var length) == OperationStatus.Done
                && length == token.Length
                && isMatchable(id))
            {
                _ids.TryAdd(rune.Value, id);
            }
        }
    }

    /// <summary>The id of a code point, or −1.</summary>
    public int Find(int codePoint) => _ids.GetValueOrDefault(codePoint, -1);

    /// <summary>The id of a code point, a new one beyond the vocabulary if it has none.</summary>
    public int FindOrAdd(int codePoint)
    {
        if (_ids.TryGetValue(codePoint, out var id)) return id;

        id = _vocabularyCount + _beyond.Count;
        _beyond.Add(codePoint);
        _ids.Add(codePoint, id);
        return id;
    }

    /// <summary>The code point of an id beyond the vocabulary.</summary>
    public int CodePointOf(int id) => _beyond[id - _vocabularyCount];
}
