using Cairn.Models.Tokenizers.Normalization;
using Cairn.Models.Tokenizers.PreTokenizers;
using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Reads <c>pre_tokenizer</c>: the known combinations of its steps.</summary>
internal static class JsonPreTokenizerReader
{
    private const string Supported = "Sequence, ByteLevel, Split, Digits, BertPreTokenizer, Metaspace, WhitespaceSplit";

    public static JsonPreTokenizer Read(JsonSection? section)
    {
        if (section is not { } root) return new JsonPreTokenizer(new WholeTextPreTokenizer(), [], IsByteLevel: false);

        var steps = Flatten(root).ToArray();
        return steps.Select(step => step.GetString("type")).ToArray() switch
        {
            ["BertPreTokenizer"] => new JsonPreTokenizer(new BertPreTokenizer(), [], IsByteLevel: false),
            ["ByteLevel"] => ReadByteLevel(
                steps[0], new Gpt2PreTokenizer(isolatesDigits: false), new WholeTextPreTokenizer()),
            ["Digits", "ByteLevel"] => ReadDigits(steps),
            ["Split", "ByteLevel"] => ReadByteLevel(steps[1], withRule: null, ReadSplit(steps[0])),
            ["Metaspace"] => ReadMetaspace(steps[0], splitsAtWhitespace: false),
            ["WhitespaceSplit", "Metaspace"] => ReadMetaspace(steps[1], splitsAtWhitespace: true),
            var types => throw root.Unsupported(
                $"pre-tokenizer {string.Join(" + ", types)}",
                "ByteLevel, Digits + ByteLevel, Split + ByteLevel, BertPreTokenizer, Metaspace, WhitespaceSplit + Metaspace"),
        };
    }

    private static IEnumerable<JsonSection> Flatten(JsonSection section) => section.GetString("type") switch
    {
        "Sequence" => section.Get("pretokenizers").Items().SelectMany(Flatten),
        "ByteLevel" or "Split" or "Digits" or "BertPreTokenizer" or "Metaspace" or "WhitespaceSplit" => [section],
        var type => throw section.Unsupported($"pre-tokenizer '{type}'", Supported),
    };

    /// <summary>Byte level cuts by GPT-2's rule, unless told not to.</summary>
    private static JsonPreTokenizer ReadByteLevel(JsonSection step, PreTokenizer? withRule, PreTokenizer? withoutRule)
    {
        var splitter = step.GetBoolean("use_regex", true) ? withRule : withoutRule;
        if (splitter is null) throw step.Unsupported("this value of use_regex", "true, or false after Split");

        Normalizer[] prefix = step.GetBoolean("add_prefix_space", true) ? [new PrefixSpaceNormalizer()] : [];
        return new JsonPreTokenizer(splitter, prefix, IsByteLevel: true);
    }

    private static JsonPreTokenizer ReadDigits(JsonSection[] steps) => steps[0].GetBoolean("individual_digits", false)
        ? ReadByteLevel(steps[1], new Gpt2PreTokenizer(isolatesDigits: true), null)
        : throw steps[0].Unsupported("keeping digits together", "individual_digits true");

    private static PreTokenizer ReadSplit(JsonSection step)
    {
        var expression = step.Get("pattern").GetString("Regex");
        if (!PreTokenizerCatalog.TryFindByExpression(expression, out var found))
        {
            throw step.Unsupported(
                $"the expression '{expression}'", $"those of the pre-tokenizers {PreTokenizerCatalog.Names}");
        }

        var behavior = step.GetString("behavior", "Isolated");
        return behavior == "Isolated" && !step.GetBoolean("invert", false)
            ? found
            : throw step.Unsupported($"behavior '{behavior}' or invert", "'Isolated', not inverted");
    }

    private static JsonPreTokenizer ReadMetaspace(JsonSection step, bool splitsAtWhitespace)
    {
        var replacement = step.GetString("replacement", "\u2581");
        if (replacement is not [SentencePieceSpelling.Space]) throw step.Unsupported($"replacement '{replacement}'", "U+2581");

        var scheme = step.GetString("prepend_scheme", step.GetBoolean("add_prefix_space", true) ? "always" : "never");
        var prepend = scheme switch
        {
            "always" => MetaspacePrepend.Always,
            "first" => MetaspacePrepend.First,
            "never" => MetaspacePrepend.Never,
            _ => throw step.Unsupported($"prepend_scheme '{scheme}'", "always, first, never"),
        };
        PreTokenizer splitter = step.GetBoolean("split", true) ? new MetaspacePreTokenizer() : new WholeTextPreTokenizer();
        return new JsonPreTokenizer(
            splitter, [new MetaspaceNormalizer(prepend, splitsAtWhitespace)], IsByteLevel: false);
    }
}
