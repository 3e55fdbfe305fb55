using System.Text;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers.Reading;
using Cairn.Models.Tokenizers.SentencePiece;

namespace Cairn.Models.Tokenizers;

/// <summary>Turns text into a model's token ids and back.</summary>
/// <remarks>
/// Instances are immutable and safe for concurrent use. Special tokens that stand in a text are ordinary characters
/// unless the caller asks for them (<c>parseSpecial</c>), so that text from outside cannot pose as a role marker. A lone
/// surrogate counts as U+FFFD.
/// </remarks>
public abstract class Tokenizer
{
    /// <summary>Cairn's own GGUF key: all ids that end an answer, where a model has several.</summary>
    public const string EndOfGenerationKey = "cairn.tokenizer.end_of_generation_ids";

    /// <summary>Number of ids; every id is below it.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The token that begins a sequence (<c>[CLS]</c> for BERT); null when the vocabulary names none.</summary>
    public abstract int? BosId { get; }

    /// <summary>The token that ends a sequence (<c>[SEP]</c> for BERT); null when the vocabulary names none.</summary>
    public abstract int? EosId { get; }

    /// <summary>The token that fills a batch; null when the vocabulary names none.</summary>
    public abstract int? PadId { get; }

    /// <summary>The token for text that cannot be spelled; null when every text can.</summary>
    public abstract int? UnknownId { get; }

    /// <summary>Ids after which a model has nothing more to say: end of sequence, of turn, of message.</summary>
    public abstract IReadOnlySet<int> EndOfGenerationIds { get; }

    /// <summary>SHA-256, in lower-case hex, over everything that decides ids: equal fingerprints give equal ids.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>What decoding does with spaces before the first character.</summary>
    public virtual LeadingSpace LeadingSpace => LeadingSpace.Keep;

    /// <summary>How the model wants a pair of texts put together; null when the vocabulary does not say.</summary>
    public virtual PairTemplate? PairTemplate => null;

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any text, the empty one included.</param>
    /// <param name="addSpecial">Adds the tokens that the model expects around a sequence.</param>
    /// <param name="parseSpecial">Reads special tokens written in the text as such; only for text you composed.</param>
    public abstract int[] Encode(string text, bool addSpecial = false, bool parseSpecial = false);

    /// <summary>The ids of a text and the range of the text that each stands for.</summary>
    /// <param name="text">Any text, the empty one included.</param>
    /// <param name="addSpecial">Adds the tokens that the model expects around a sequence.</param>
    /// <param name="parseSpecial">Reads special tokens written in the text as such; only for text you composed.</param>
    public abstract TokenizedText EncodeWithOffsets(string text, bool addSpecial = false, bool parseSpecial = false);

    /// <summary>The ids of two texts as one sequence, with the special tokens and token types of a pair.</summary>
    /// <param name="first">The first text: a query, a premise.</param>
    /// <param name="second">The second text: a document, a hypothesis.</param>
    /// <param name="maxTokens">Most tokens of the result, special tokens included.</param>
    /// <param name="truncation">Which text is cut when both together are longer.</param>
    /// <param name="parseSpecial">Reads special tokens written in the texts as such; only for texts you composed.</param>
    /// <exception cref="NotSupportedException">The vocabulary does not say how a pair is written.</exception>
    /// <exception cref="ArgumentException">The limit leaves no room for the texts.</exception>
    public TokenizedPair EncodePair(
        string first,
        string second,
        int maxTokens = int.MaxValue,
        PairTruncation truncation = PairTruncation.LongestFirst,
        bool parseSpecial = false)
    {
        var template = PairTemplate ?? throw new NotSupportedException(
            "This tokenizer does not say how a pair of texts is put together; a cross-encoder's does.");
        return template.Apply(
            Encode(first, addSpecial: false, parseSpecial), Encode(second, addSpecial: false, parseSpecial), maxTokens, truncation);
    }

    /// <summary>The number of ids that <see cref="Encode"/> gives for plain text, without making them.</summary>
    public abstract int CountTokens(ReadOnlySpan<char> text);

    /// <summary>The UTF-8 that a token adds to a text; parts of a character are possible.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such id.</exception>
    public abstract ReadOnlySpan<byte> GetTokenBytes(int id);

    /// <summary>The token as the vocabulary writes it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such id.</exception>
    public abstract string GetToken(int id);

    /// <summary>Whether the token controls the model and is no text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such id.</exception>
    public abstract bool IsSpecial(int id);

    /// <summary>What the vocabulary entry is for.</summary>
    internal abstract TokenType GetTokenType(int id);

    /// <summary>Finds a token by the vocabulary's spelling.</summary>
    public abstract bool TryGetId(string token, out int id);

    /// <summary>The text of a sequence of ids; what is not valid UTF-8 becomes U+FFFD.</summary>
    /// <param name="ids">Ids below <see cref="VocabularySize"/>.</param>
    /// <param name="skipSpecial">Leaves special tokens out of the text.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such id.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial = false)
    {
        var detokenizer = CreateDetokenizer(skipSpecial);
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            text.Append(detokenizer.Append(id));
        }

        return text.Append(detokenizer.Flush()).ToString();
    }

    /// <summary>Starts decoding one id at a time.</summary>
    /// <param name="skipSpecial">Leaves special tokens out of the text.</param>
    public IncrementalDetokenizer CreateDetokenizer(bool skipSpecial = false) => new(this, skipSpecial);

    /// <summary>Builds the tokenizer that a GGUF file carries.</summary>
    /// <exception cref="ModelFormatException">The file has no tokenizer, a broken one or one of an unknown kind.</exception>
    public static Tokenizer FromGguf(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return GgufTokenizerReader.Read(file);
    }

    /// <summary>Builds the tokenizer of a <c>tokenizer.json</c>, with the names in a <c>tokenizer_config.json</c> beside it.</summary>
    /// <exception cref="ModelFormatException">The file is broken or asks for something that is not supported.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Tokenizer FromJson(string tokenizerJsonPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokenizerJsonPath);
        return JsonTokenizerReader.Read(tokenizerJsonPath);
    }

    /// <summary>Builds the tokenizer of a SentencePiece model, with the settings in a <c>tokenizer_config.json</c> beside it.</summary>
    /// <exception cref="ModelFormatException">The file is broken or asks for something that is not supported.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Tokenizer FromSentencePiece(string tokenizerModelPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokenizerModelPath);
        return SentencePieceTokenizerReader.Read(tokenizerModelPath);
    }

    /// <summary>Builds the tokenizer of a GGUF file, a <c>tokenizer.json</c>, a <c>tokenizer.model</c>, or a folder with one of them.</summary>
    /// <exception cref="ModelFormatException">The file is broken or asks for something that is not supported.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, or the folder has no tokenizer.</exception>
    public static Tokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = TokenizerLocator.Find(path);
        if (file.EndsWith(".model", StringComparison.OrdinalIgnoreCase)) return FromSentencePiece(file);
        if (!file.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)) return FromJson(file);

        using var gguf = GgufFile.Open(file);
        return FromGguf(gguf);
    }
}
