using System.Text;
using Cairn.Models.Tokenizers.Normalization;

namespace Cairn.Models.Tokenizers.SentencePiece;

/// <summary>What stands in a SentencePiece <c>tokenizer.model</c>.</summary>
/// <remarks>
/// A <c>ModelProto</c> of sentencepiece_model.proto: pieces (field 1), trainer (2), normaliser (3). Absent fields have the
/// defaults of that file.
/// </remarks>
internal sealed class SentencePieceModel
{
    private const long LargestFile = 256L << 20;
    private const int Unigram = 1, BytePairs = 2;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<string> _tokens = [];
    private readonly List<TokenType> _types = [];
    private readonly List<float> _scores = [];
    private readonly string _path;
    private long _kind = Unigram;
    private bool _addsSpace = true;
    private bool _removesExtraSpaces = true;
    private bool _escapesSpaces = true;
    private bool _addsSpaceAtEnd;

    private SentencePieceModel(string path) => _path = path;

    public IReadOnlyList<string> Tokens => _tokens;

    public IReadOnlyList<TokenType> Types => _types;

    public IReadOnlyList<float> Scores => _scores;

    /// <summary>Byte-pair encoding; otherwise Unigram.</summary>
    public bool IsBytePairs => _kind == BytePairs;

    /// <summary>Characters without a piece are spelled in bytes.</summary>
    public bool FallsBackToBytes { get; private set; }

    /// <summary>The rules that rewrite characters, as they stand in the file; empty for none.</summary>
    public byte[] CharacterMap { get; private set; } = [];

    public SentencePieceRules Rules { get; private set; } = new();

    public int UnknownId { get; private set; }

    public int BosId { get; private set; } = 1;

    public int EosId { get; private set; } = 2;

    public int PadId { get; private set; } = -1;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFormatException">It is no such model, damaged, or of a kind that is not supported.</exception>
    public static SentencePieceModel Read(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > LargestFile)
        {
            throw new ModelFormatException(
                ModelFormatError.BadLength, path, "the file is too large", $"at most {LargestFile:N0} bytes", $"{length:N0}");
        }

        var model = new SentencePieceModel(path);
        model.ReadModel(new ProtobufReader(File.ReadAllBytes(path), path, 0));
        model.Check();
        return model;
    }

    public ModelFormatException Error(ModelFormatError kind, string problem, string? expected = null, string? got = null) =>
        new(kind, _path, problem, expected, got);

    private void ReadModel(ProtobufReader reader)
    {
        while (reader.TryMoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    ReadPiece(reader.ReadMessage());
                    break;
                case 2:
                    ReadTrainer(reader.ReadMessage());
                    break;
                case 3:
                    ReadNormalizer(reader.ReadMessage());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadPiece(ProtobufReader reader)
    {
        var (token, score, type) = ("", 0f, (long)TokenType.Normal);
        while (reader.TryMoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    token = ReadText(ref reader);
                    break;
                case 2:
                    score = reader.ReadSingle();
                    break;
                case 3:
                    type = reader.ReadInteger();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (type is < (long)TokenType.Normal or > (long)TokenType.Byte)
        {
            throw reader.Error(ModelFormatError.BadValue, $"piece {_tokens.Count:N0} has an unknown type", "1 to 6", $"{type}");
        }

        if (!float.IsFinite(score)) throw reader.Error(ModelFormatError.BadValue, $"the score of piece {_tokens.Count:N0} is not finite", got: $"{score}");

        _tokens.Add(token);
        _scores.Add(score);
        _types.Add((TokenType)type);
    }

    private static string ReadText(ref ProtobufReader reader)
    {
        try
        {
            return StrictUtf8.GetString(reader.ReadBytes());
        }
        catch (DecoderFallbackException exception)
        {
            throw reader.Error(ModelFormatError.BadEncoding, "a piece is not UTF-8", got: Convert.ToHexString(exception.BytesUnknown ?? []));
        }
    }

    private void ReadTrainer(ProtobufReader reader)
    {
        while (reader.TryMoveNext())
        {
            switch (reader.Field)
            {
                case 3:
                    _kind = reader.ReadInteger();
                    break;
                case 24:
                    _addsSpaceAtEnd = reader.ReadBoolean();
                    break;
                case 35:
                    FallsBackToBytes = reader.ReadBoolean();
                    break;
                case 41:
                    BosId = (int)reader.ReadInteger();
                    break;
                case 42:
                    EosId = (int)reader.ReadInteger();
                    break;
                case 43:
                    PadId = (int)reader.ReadInteger();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadNormalizer(ProtobufReader reader)
    {
        while (reader.TryMoveNext())
        {
            switch (reader.Field)
            {
                case 2:
                    CharacterMap = reader.ReadBytes().ToArray();
                    break;
                case 3:
                    _addsSpace = reader.ReadBoolean();
                    break;
                case 4:
                    _removesExtraSpaces = reader.ReadBoolean();
                    break;
                case 5:
                    _escapesSpaces = reader.ReadBoolean();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void Check()
    {
        if (_tokens.Count == 0) throw Error(ModelFormatError.BadMetadata, "the file has no pieces; is it a SentencePiece model?");
        if (_kind is not (Unigram or BytePairs))
        {
            throw Error(ModelFormatError.Unsupported, $"model type {_kind} is not supported", "1 (Unigram), 2 (byte pairs)");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var unknown = _types.IndexOf(TokenType.Unknown);
        for (var id = 0; id < _tokens.Count; id++)
        {
            if (_tokens[id].Length == 0) throw Error(ModelFormatError.BadMetadata, $"piece {id:N0} is empty");
            if (!seen.Add(_tokens[id])) throw Error(ModelFormatError.DuplicateKey, $"piece {id:N0} stands there twice", got: $"'{_tokens[id]}'");
        }

        UnknownId = unknown >= 0 ? unknown : throw Error(ModelFormatError.MissingKey, "no piece is the unknown one");
        (BosId, EosId, PadId) = (CheckId(BosId, "begin"), CheckId(EosId, "end"), CheckId(PadId, "padding"));
        Rules = new SentencePieceRules
        {
            Map = CharacterMap.Length == 0 ? null : Normalization.CharacterMap.Parse(
                CharacterMap, (problem, expected) => Error(ModelFormatError.BadMetadata, problem, expected)),
            AddsSpace = _addsSpace,
            AddsSpaceAtEnd = _addsSpaceAtEnd,
            RemovesExtraSpaces = _removesExtraSpaces,
            EscapesSpaces = _escapesSpaces,
        };
    }

    private int CheckId(int id, string what) => id < _tokens.Count
        ? Math.Max(id, -1)
        : throw Error(ModelFormatError.BadValue, $"the {what} token does not exist", $"below {_tokens.Count:N0}", $"{id:N0}");
}
