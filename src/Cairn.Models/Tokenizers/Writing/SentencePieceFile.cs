using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers.Reading;
using Cairn.Models.Tokenizers.SentencePiece;

namespace Cairn.Models.Tokenizers.Writing;

/// <summary>The vocabulary of a folder that has only a SentencePiece <c>tokenizer.model</c>, in GGUF's form.</summary>
/// <remarks>Pieces, scores and types are the file's own, in both kinds: byte pairs (<c>llama</c>) and Unigram (<c>t5</c>).</remarks>
public sealed class SentencePieceFile
{
    private const float UnusedScore = -10_000;

    private readonly SentencePieceModel _model;
    private readonly int _size;

    private SentencePieceFile(SentencePieceModel model, int size) => (_model, _size) = (model, size);

    /// <summary>GGUF's keys of the tokens that the file names, with their ids.</summary>
    public IReadOnlyList<(string Key, uint Id)> SpecialTokens =>
    [
        .. new (string Key, int Id)[]
        {
            (GgufTokenizerKeys.BosId, _model.BosId), (GgufTokenizerKeys.EosId, _model.EosId),
            (GgufTokenizerKeys.UnknownId, _model.UnknownId), (GgufTokenizerKeys.PaddingId, _model.PadId),
        }.Where(token => token.Id >= 0).Select(token => (token.Key, (uint)token.Id)),
    ];

    /// <summary>Reads the file of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="size">Rows of the token embedding; ids without a piece become unused ones.</param>
    /// <returns>Null where the folder has a tokenizer.json, which says more, or no such file.</returns>
    /// <exception cref="ModelFormatException">The file is broken, or does something that GGUF cannot say.</exception>
    public static SentencePieceFile? Find(string folder, int size)
    {
        if (TokenizerLocator.FindSentencePiece(folder) is not { } path) return null;

        var model = SentencePieceModel.Read(path);
        RefuseWhatIsLost(model);
        return model.Tokens.Count <= size ? new SentencePieceFile(model, size) : throw model.Error(
            ModelFormatError.VocabMismatch, "the vocabulary is longer than the embedding", $"at most {size:N0} pieces", $"{model.Tokens.Count:N0}");
    }

    /// <summary>Writes the vocabulary, but not the ids of special tokens.</summary>
    public void Write(GgufWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var unused = Enumerable.Range(_model.Tokens.Count, _size - _model.Tokens.Count);
        writer.Add(GgufTokenizerKeys.Model, _model.IsBytePairs ? "llama" : "t5");
        writer.Add(GgufTokenizerKeys.PreTokenizer, "default");
        writer.Add(GgufTokenizerKeys.Tokens, [.. _model.Tokens, .. unused.Select(id => $"[PAD{id}]")]);
        writer.Add(GgufTokenizerKeys.Scores, [.. _model.Scores, .. unused.Select(_ => UnusedScore)]);
        writer.Add(GgufTokenizerKeys.TokenTypes, [.. _model.Types.Select(type => (int)type), .. unused.Select(_ => (int)TokenType.Unused)]);
        writer.Add(GgufTokenizerKeys.AddSpacePrefix, _model.Rules.AddsSpace);
        if (_model.IsBytePairs) return;

        writer.Add(GgufTokenizerKeys.RemoveExtraSpaces, _model.Rules.RemovesExtraSpaces);
        if (_model.CharacterMap.Length > 0) writer.AddBytes(GgufTokenizerKeys.CharacterMap, _model.CharacterMap);
    }

    /// <summary>GGUF's byte pairs always fall back to bytes and never rewrite text; its Unigram never falls back.</summary>
    private static void RefuseWhatIsLost(SentencePieceModel model)
    {
        var rules = model.Rules;
        Refuse(rules.AddsSpaceAtEnd, "a space after the text");
        Refuse(!rules.EscapesSpaces, "spaces that stay spaces");
        Refuse(model.IsBytePairs && rules.Map is not null, "rules that rewrite characters, with byte pairs");
        Refuse(model.IsBytePairs && rules.RemovesExtraSpaces, "extra spaces removed, with byte pairs");
        Refuse(model.IsBytePairs != model.FallsBackToBytes, model.IsBytePairs ? "byte pairs without bytes" : "Unigram with bytes");

        void Refuse(bool applies, string what)
        {
            if (applies) throw model.Error(ModelFormatError.Unsupported, "GGUF cannot say what this SentencePiece model does", got: what);
        }
    }
}
