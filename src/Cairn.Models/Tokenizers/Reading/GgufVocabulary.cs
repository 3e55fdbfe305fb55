using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers.Normalization;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>The token lists of a GGUF file, checked against each other.</summary>
internal sealed class GgufVocabulary
{
    private GgufVocabulary(GgufFile file, string[] tokens, TokenType[] types)
    {
        (Path, Metadata, Tokens, Types) = (file.Path, file.Metadata, tokens, types);
        UnknownId = ReadId(GgufTokenizerKeys.UnknownId);
        if (UnknownId is null && Array.IndexOf(types, TokenType.Unknown) is >= 0 and var id) UnknownId = id;
    }

    public string Path { get; }

    public GgufMetadata Metadata { get; }

    public string[] Tokens { get; }

    public TokenType[] Types { get; }

    /// <summary>The token that the file names as unknown, or else the first of that type.</summary>
    public int? UnknownId { get; }

    public static GgufVocabulary Read(GgufFile file)
    {
        var tokens = file.Metadata.GetStrings(GgufTokenizerKeys.Tokens);
        if (tokens.Length == 0)
        {
            throw new ModelFormatException(ModelFormatError.BadMetadata, file.Path, "the vocabulary is empty");
        }

        var types = new TokenType[tokens.Length];
        Array.Fill(types, TokenType.Normal);
        if (file.Metadata.TryGetInt32s(GgufTokenizerKeys.TokenTypes, out var numbers))
        {
            CheckLength(file, GgufTokenizerKeys.TokenTypes, numbers.Length, tokens.Length);
            for (var id = 0; id < types.Length; id++)
            {
                types[id] = Enum.IsDefined((TokenType)numbers[id])
                    ? (TokenType)numbers[id]
                    : throw new ModelFormatException(
                        ModelFormatError.BadValue, file.Path, $"token {id:N0} has an unknown type", "0 to 6", $"{numbers[id]}");
            }
        }

        return new GgufVocabulary(file, tokens, types);
    }

    public float[] ReadScores()
    {
        var scores = Metadata.GetSingles(GgufTokenizerKeys.Scores);
        if (scores.Length != Tokens.Length)
        {
            throw LengthError(Path, GgufTokenizerKeys.Scores, scores.Length, Tokens.Length);
        }

        var bad = Array.FindIndex(scores, score => !float.IsFinite(score));
        return bad < 0
            ? scores
            : throw Error(ModelFormatError.BadValue, $"the score of token {bad:N0} is not finite", got: $"{scores[bad]}");
    }

    /// <summary>The rewriting rules of a SentencePiece model; null when the file has none.</summary>
    public CharacterMap? ReadCharacterMap()
    {
        if (!Metadata.Contains(GgufTokenizerKeys.CharacterMap)) return null;

        var blob = Metadata.GetBytes(GgufTokenizerKeys.CharacterMap);
        return blob.Length == 0 ? null : CharacterMap.Parse(
            blob, (problem, expected) => Error(ModelFormatError.BadMetadata, problem, expected));
    }

    public bool ReadFlag(string key, bool absent) => Metadata.TryGetBoolean(key, out var flag) ? flag : absent;

    /// <summary>A token id; null when the file does not name it.</summary>
    public int? ReadId(string key)
    {
        if (!Metadata.TryGetUInt32(key, out var id)) return null;

        return id < (uint)Tokens.Length
            ? (int)id
            : throw Error(ModelFormatError.BadValue, $"'{key}' is no token", $"0 to {Tokens.Length - 1:N0}", $"{id:N0}");
    }

    /// <summary>A list of token ids; empty when the file has none of that name.</summary>
    public int[] ReadIds(string key)
    {
        if (!Metadata.TryGetInt32s(key, out var ids)) return [];

        return Array.Find(ids, id => (uint)id >= (uint)Tokens.Length) is not 0 and var bad
            ? throw Error(ModelFormatError.BadValue, $"'{key}' names no token", $"0 to {Tokens.Length - 1:N0}", $"{bad:N0}")
            : ids;
    }

    public IReadOnlyList<AddedToken> FindAddedTokens() =>
    [
        .. Enumerable.Range(0, Tokens.Length)
            .Where(id => Types[id] is TokenType.Control or TokenType.UserDefined or TokenType.Unknown && Tokens[id].Length > 0)
            .Select(id => new AddedToken(id, Tokens[id], IsSpecial: Types[id] != TokenType.UserDefined)),
    ];

    public ModelFormatException Error(
        ModelFormatError kind, string problem, string? expected = null, string? got = null) =>
        new(kind, Path, problem, expected, got);

    private static void CheckLength(GgufFile file, string key, int length, int expected)
    {
        if (length != expected) throw LengthError(file.Path, key, length, expected);
    }

    private static ModelFormatException LengthError(string path, string key, int length, int expected) => new(
        ModelFormatError.VocabMismatch, path, $"'{key}' does not fit the vocabulary",
        $"{expected:N0} entries", $"{length:N0}");
}
