using System.Runtime.CompilerServices;
using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers;

/// <summary>The tokens of a model: how each is written, what kind it is and which bytes it adds to a text.</summary>
internal sealed class Vocabulary
{
    private readonly string[] _tokens;
    private readonly TokenType[] _types;
    private readonly byte[] _bytes;
    private readonly int[] _starts;
    private readonly Dictionary<string, int> _ids;

    /// <summary>Takes ownership of the arrays, which must have one length; of equal tokens the first keeps the name.</summary>
    public Vocabulary(string[] tokens, TokenType[] types, TokenSpelling spelling)
    {
        _tokens = tokens;
        _types = types;
        _starts = new int[tokens.Length + 1];
        _ids = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        var bytes = new ByteBuffer(tokens.Length * 8);
        for (var id = 0; id < tokens.Length; id++)
        {
            _ids.TryAdd(tokens[id], id);
            spelling.Write(tokens[id], types[id], bytes);
            _starts[id + 1] = bytes.Length;
        }

        _bytes = bytes.ToArray();
    }

    public int Count => _tokens.Length;

    public ReadOnlySpan<string> Tokens => _tokens;

    public string GetToken(int id) => _tokens[Check(id)];

    public TokenType GetTokenType(int id) => _types[Check(id)];

    public ReadOnlySpan<byte> GetBytes(int id)
    {
        Check(id);
        return _bytes.AsSpan(_starts[id].._starts[id + 1]);
    }

    public bool TryGetId(string token, out int id) => _ids.TryGetValue(token, out id);

    public Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Ids => _ids.GetAlternateLookup<ReadOnlySpan<char>>();

    public void Describe(FingerprintBuilder fingerprint)
    {
        fingerprint.Add(Count);
        for (var id = 0; id < Count; id++)
        {
            fingerprint.Add(_tokens[id]);
            fingerprint.Add((int)_types[id]);
        }
    }

    private int Check(int id, [CallerArgumentExpression(nameof(id))] string name = "")
    {
        if ((uint)id >= (uint)_tokens.Length)
        {
            throw new ArgumentOutOfRangeException(name, id, $"The vocabulary has ids 0 to {_tokens.Length - 1:N0}.");
        }

        return id;
    }
}
