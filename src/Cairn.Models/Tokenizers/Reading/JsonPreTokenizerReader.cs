using System.Text;
using Cairn.Models.Tokenizers.Characters;
using Cairn.Models.Tokenizers.Expressions;
using Cairn.Models.Tokenizers.Normalization;
using Cairn.Models.Tokenizers.PreTokenizers;
using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Reads <c>pre_tokenizer</c>.</summary>
/// <remarks>
/// Steps that only cut may stand in any order. A step that rewrites the text cannot follow one that cuts: Metaspace must
/// come first (or after WhitespaceSplit), ByteLevel last. That is how published files have it, but for Falcon's.
/// </remarks>
internal static class JsonPreTokenizerReader
{
    private const string Supported =
        "Sequence, ByteLevel, Split, Digits, Punctuation, Whitespace, WhitespaceSplit, CharDelimiterSplit, BertPreTokenizer, Metaspace";

    /// <summary>
    /// The expression of the <c>Whitespace</c> step, for which that library uses another engine: there two joiners are
    /// part of words, the superscripts and fractions of Latin-1 are not.
    /// </summary>
    private const string WordsExpression =
        @"[\w\u200C\u200D&&[^\u00B2\u00B3\u00B9\u00BC-\u00BE]]+|(?:[^\w\s\u200C\u200D]|[\u00B2\u00B3\u00B9\u00BC-\u00BE])+";

    public static JsonPreTokenizer Read(JsonSection? section)
    {
        if (section is not { } root) return new JsonPreTokenizer(new WholeTextPreTokenizer(), [], IsByteLevel: false);

        JsonSection[] steps = [.. Flatten(root)];
        return steps.Select(step => step.GetString("type")).ToArray() switch
        {
            ["Digits", "ByteLevel"] when IsIsolatingDigits(steps[0]) && UsesRule(steps[1]) => MakeByteLevel(
                steps[1], new Gpt2PreTokenizer(isolatesDigits: true)),
            ["WhitespaceSplit", "Metaspace"] => ReadMetaspace(steps[1], splitsAtWhitespace: true, []),
            ["Metaspace", ..] => ReadMetaspace(steps[0], splitsAtWhitespace: false, [.. steps.Skip(1).Select(ReadStep)]),
            [.., "ByteLevel"] => ReadByteLevel(steps),
            _ => new JsonPreTokenizer(Join([.. steps.Select(ReadStep)]), [], IsByteLevel: false),
        };
    }

    private static IEnumerable<JsonSection> Flatten(JsonSection section) => section.GetString("type") switch
    {
        "Sequence" => section.Get("pretokenizers").Items().SelectMany(Flatten),
        _ => [section],
    };

    private static JsonPreTokenizer ReadByteLevel(JsonSection[] steps)
    {
        var last = steps[^1];
        var cutters = steps.SkipLast(1).Select(ReadStep).ToList();
        if (UsesRule(last)) cutters.Add(new Gpt2PreTokenizer(isolatesDigits: false));
        return MakeByteLevel(last, Join(cutters), cutsBefore: steps.Length > 1);
    }

    private static JsonPreTokenizer MakeByteLevel(JsonSection step, PreTokenizer splitter, bool cutsBefore = false)
    {
        var addsSpace = step.GetBoolean("add_prefix_space", true);
        if (addsSpace && cutsBefore) throw step.Unsupported("a space before every piece (add_prefix_space)", "false where other steps come first");

        return new JsonPreTokenizer(splitter, addsSpace ? [new PrefixSpaceNormalizer()] : [], IsByteLevel: true);
    }

    /// <summary>Byte level cuts by GPT-2's rule, unless told not to.</summary>
    private static bool UsesRule(JsonSection step) => step.GetBoolean("use_regex", true);

    private static bool IsIsolatingDigits(JsonSection step) => step.GetBoolean("individual_digits", false);

    private static PreTokenizer Join(List<PreTokenizer> cutters) => cutters switch
    {
        [] => new WholeTextPreTokenizer(),
        [var only] => only,
        _ => new SequencePreTokenizer([.. cutters.Select(cutter => new ScanningStep(cutter))]),
    };

    private static PreTokenizer ReadStep(JsonSection step) => step.GetString("type") switch
    {
        "BertPreTokenizer" => new BertPreTokenizer(),
        "Split" => ReadSplit(step),
        "Digits" => Cut(
            new CharacterPattern("digits", Rune.IsNumber), IsIsolatingDigits(step) ? PieceBehavior.Isolated : PieceBehavior.Contiguous),
        "Punctuation" => Cut(
            new CharacterPattern("punctuation", BertCharacters.IsPunctuation), ReadBehavior(step)),
        "Whitespace" => Cut(new ExpressionPattern(WordsExpression), PieceBehavior.Removed, isInverted: true),
        "WhitespaceSplit" => Cut(new CharacterPattern("whitespace", Rune.IsWhiteSpace), PieceBehavior.Removed),
        "CharDelimiterSplit" => Cut(new LiteralPattern(step.GetString("delimiter")), PieceBehavior.Removed),
        "Metaspace" => throw step.Unsupported("Metaspace after another step", "Metaspace first, or after WhitespaceSplit"),
        "ByteLevel" => throw step.Unsupported("ByteLevel before another step", "ByteLevel last"),
        var type => throw step.Unsupported($"pre-tokenizer '{type}'", Supported),
    };

    private static SequencePreTokenizer Cut(PiecePattern pattern, PieceBehavior behavior, bool isInverted = false) =>
        new([new PatternStep(pattern, behavior, isInverted)]);

    private static PreTokenizer ReadSplit(JsonSection step)
    {
        var behavior = ReadBehavior(step);
        var isInverted = step.GetBoolean("invert", false);
        var pattern = step.Get("pattern");
        if (pattern.Find("String") is { } literal) return Cut(new LiteralPattern(literal.AsString()), behavior, isInverted);

        var expression = pattern.GetString("Regex");
        return behavior == PieceBehavior.Isolated && !isInverted && PreTokenizerCatalog.TryFindByExpression(expression, out var found)
            ? found
            : Cut(ReadExpression(pattern, expression), behavior, isInverted);
    }

    /// <summary>An expression of the file; one that cannot be carried out is an error that names it.</summary>
    public static ExpressionPattern ReadExpression(JsonSection pattern, string expression)
    {
        try
        {
            return new ExpressionPattern(expression);
        }
        catch (ExpressionException exception)
        {
            throw new ModelFormatException(
                ModelFormatError.Unsupported, pattern.File,
                $"the expression '{expression}' at '{pattern.Location}' is not supported: {exception.Message}", innerException: exception);
        }
    }

    private static PieceBehavior ReadBehavior(JsonSection step) => step.GetString("behavior", "Isolated") switch
    {
        "Isolated" => PieceBehavior.Isolated,
        "Removed" => PieceBehavior.Removed,
        "MergedWithPrevious" => PieceBehavior.MergedWithPrevious,
        "MergedWithNext" => PieceBehavior.MergedWithNext,
        "Contiguous" => PieceBehavior.Contiguous,
        var name => throw step.Unsupported($"behavior '{name}'", string.Join(", ", Enum.GetNames<PieceBehavior>())),
    };

    private static JsonPreTokenizer ReadMetaspace(JsonSection step, bool splitsAtWhitespace, List<PreTokenizer> after)
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
        if (step.GetBoolean("split", true)) after.Insert(0, new MetaspacePreTokenizer());
        return new JsonPreTokenizer(Join(after), [new MetaspaceNormalizer(prepend, splitsAtWhitespace)], IsByteLevel: false);
    }
}
