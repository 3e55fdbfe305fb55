using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Reads <c>decoder</c> by the steps it lists.</summary>
internal static class JsonDecoderReader
{
    private const string Supported = "Sequence, ByteLevel, WordPiece, Metaspace, ByteFallback, Fuse, Replace, Strip";

    public static JsonDecoder Read(JsonSection root, bool isByteLevel)
    {
        if (root.Find("decoder") is not { } decoder)
        {
            return isByteLevel
                ? new JsonDecoder(new ByteLevelSpelling(), LeadingSpace.Keep)
                : throw root.Error(ModelFormatError.MissingKey, "'decoder' is missing");
        }

        var steps = Flatten(decoder).ToArray();
        foreach (var step in steps)
        {
            switch (step.GetString("type"))
            {
                case "ByteLevel":
                    return new JsonDecoder(new ByteLevelSpelling(), LeadingSpace.Keep);
                case "WordPiece":
                    return new JsonDecoder(
                        new WordPieceSpelling(step.GetString("prefix", "##"), step.GetBoolean("cleanup", true)),
                        LeadingSpace.DropOne);
                case "Metaspace":
                    return new JsonDecoder(new SentencePieceSpelling(), LeadingSpaceOfMetaspace(step));
            }
        }

        return new JsonDecoder(new SentencePieceSpelling(), steps.Any(StripsOneSpace) ? LeadingSpace.DropOne : LeadingSpace.Keep);
    }

    private static IEnumerable<JsonSection> Flatten(JsonSection section) => section.GetString("type") switch
    {
        "Sequence" => section.Get("decoders").Items().SelectMany(Flatten),
        "ByteLevel" or "WordPiece" or "Metaspace" or "ByteFallback" or "Fuse" or "Strip" => [section],
        "Replace" when IsVisibleSpace(section) => [section],
        var type => throw section.Unsupported($"decoder '{type}'", Supported),
    };

    private static bool IsVisibleSpace(JsonSection section) =>
        section.Get("pattern").GetString("String") is [SentencePieceSpelling.Space] && section.GetString("content") == " "
            ? true
            : throw section.Unsupported("this replacement", "U+2581 replaced by a space");

    private static bool StripsOneSpace(JsonSection step)
    {
        if (step.GetString("type") != "Strip") return false;

        return step.GetString("content") == " " && step.GetInt32("start", 0) == 1 && step.GetInt32("stop", 0) == 0
            ? true
            : throw step.Unsupported("this strip", "one space at the start");
    }

    private static LeadingSpace LeadingSpaceOfMetaspace(JsonSection step) =>
        step.GetString("prepend_scheme", step.GetBoolean("add_prefix_space", true) ? "always" : "never") == "never"
            ? LeadingSpace.Keep
            : LeadingSpace.DropAll;
}
