using System.Text.Json;
using Cairn.Models.Tokenizers.Algorithms;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Reads <c>model</c>.</summary>
internal static class JsonModelReader
{
    private const int DefaultLongestWord = 100;

    public static TokenModel Read(JsonSection section, JsonVocabulary pieces, Vocabulary vocabulary, bool isByteLevel)
    {
        var type = section.Find("type")?.AsString() ?? (section.Find("merges") is null ? "WordPiece" : "BPE");
        return type switch
        {
            "BPE" => ReadBytePairs(section, pieces, vocabulary, isByteLevel),
            "WordPiece" => ReadWordPiece(section, pieces, vocabulary),
            "Unigram" => ReadUnigram(section, pieces, vocabulary),
            _ => throw section.Unsupported($"model '{type}'", "BPE, WordPiece, Unigram"),
        };
    }

    private static TokenModel ReadBytePairs(
        JsonSection section, JsonVocabulary pieces, Vocabulary vocabulary, bool isByteLevel)
    {
        foreach (var name in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (section.GetString(name, "").Length > 0) throw section.Get(name).Unsupported("a marked subword", "none");
        }

        // 'dropout' leaves out merges at random while a model is trained; a trained one is used without it.
        var merges = new MergeReader(vocabulary, section.File, skipsUnknown: false);
        foreach (var item in section.Get("merges").Items())
        {
            AddMerge(merges, item);
        }

        var ignoresMerges = section.GetBoolean("ignore_merges", false);
        if (!isByteLevel)
        {
            return new SentencePieceBpe(
                vocabulary, merges.ToTable(), new CharacterTable(vocabulary, id => id < pieces.ModelCount),
                section.GetBoolean("byte_fallback", false), pieces.UnknownId, section.GetBoolean("fuse_unk", false));
        }

        return new ByteLevelBpe(vocabulary, merges.ToTable(), ignoresMerges, pieces.UnknownId);
    }

    /// <summary>A merge is written as <c>"a b"</c>, since 2024 also as <c>["a", "b"]</c>.</summary>
    private static void AddMerge(MergeReader merges, JsonSection item)
    {
        if (item.Element.ValueKind == JsonValueKind.String)
        {
            merges.Add(item.AsString());
            return;
        }

        var pair = item.Items().Take(3).ToArray();
        if (pair.Length != 2) throw item.Error(ModelFormatError.BadMetadata, "a merge is malformed", "two tokens");

        merges.Add(pair[0].AsString(), pair[1].AsString());
    }

    private static WordPiece ReadWordPiece(JsonSection section, JsonVocabulary pieces, Vocabulary vocabulary)
    {
        var unknown = pieces.UnknownId >= 0
            ? pieces.UnknownId
            : throw section.Error(ModelFormatError.MissingKey, "'unk_token' is missing");
        return new WordPiece(
            vocabulary, unknown, section.GetString("continuing_subword_prefix", "##"),
            section.GetInt32("max_input_chars_per_word", DefaultLongestWord), id => pieces.IsPiece[id]);
    }

    private static Unigram ReadUnigram(JsonSection section, JsonVocabulary pieces, Vocabulary vocabulary)
    {
        var matchable = Enumerable.Range(0, pieces.ModelCount);
        return new Unigram(
            vocabulary, pieces.Scores, matchable, pieces.UnknownId, section.GetBoolean("byte_fallback", false));
    }
}
