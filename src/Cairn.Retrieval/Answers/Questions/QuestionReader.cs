using System.Text.RegularExpressions;
using Cairn.Retrieval.Answers.Language;

namespace Cairn.Retrieval.Answers.Questions;

/// <summary>Splits what the user asked into single questions and tells what sort of answer each one wants. English.</summary>
/// <remarks>
/// <c>What is QLoRA and when should I use it?</c> becomes <c>What is QLoRA</c> and <c>when should I use QLoRA</c>.
/// Rules only; a wording that no rule knows is one part of kind <see cref="QuestionKind.Statement"/>.
/// </remarks>
public static partial class QuestionReader
{
    private const int MostParts = 4;
    private const int LongestFocus = 4;
    private const int FewestWords = 4;

    /// <summary>The single questions of a text, in order; at least one, at most four.</summary>
    public static IReadOnlyList<QuestionPart> Read(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var parts = new List<QuestionPart>();
        string? subject = null;
        foreach (var piece in Split(question.Trim()))
        {
            var part = ReadPart(subject is null ? piece : Complete(piece, subject));
            parts.Add(part);
            subject ??= part.Subject ?? Topic(part);
        }

        return parts;
    }

    private static QuestionPart ReadPart(string text)
    {
        var words = WordReader.Read(text).Where(word => word.IsContent).DistinctBy(word => word.Stem).ToList();
        var kind = KindOf(text);
        return new QuestionPart(text, kind, SubjectOf(text), words, FocusOf(text, kind, words));
    }

    private static List<string> Split(string question)
    {
        var pieces = new List<string>();
        var start = 0;
        foreach (Match joint in Joint().Matches(question))
        {
            var before = question[start..joint.Index];
            if (pieces.Count + 1 < MostParts && HasContent(before) && !(joint.Value.TrimStart()[0] == '.' && IsStatement(before)) && HasVerbAndContent(question[(joint.Index + joint.Length)..]))
            {
                pieces.Add(before.Trim());
                start = joint.Index + joint.Length;
            }
        }

        pieces.Add(question[start..].Trim());
        return pieces;
    }

    // "Our manuals change weekly. Should we …" tells the circumstances of the question that follows.
    private static bool IsStatement(string text) => !StartOfQuestion().IsMatch(text);

    // A later part speaks of the subject by a pronoun, by "the wrong one", or, when it is short and names nothing, not at all.
    private static string Complete(string piece, string subject)
    {
        if (Pronoun().IsMatch(piece))
        {
            return Pronoun().Replace(piece, match => Stand(match, subject), 1);
        }

        if (StandingOne().IsMatch(piece))
        {
            return StandingOne().Replace(piece, subject, 1);
        }

        var words = WordReader.Read(piece).Where(word => word.IsContent).ToList();
        return words.Count <= FewestWords && !words.Exists(word => word.IsName || word.IsNumber)
            ? $"{piece.TrimEnd('?', ' ')} for {subject}?"
            : piece;
    }

    private static bool HasContent(string text) => WordReader.Read(text).Exists(word => word.IsContent) && QuestionWord().IsMatch(text);

    private static bool HasVerbAndContent(string text) =>
        WordReader.Read(text) is { Count: >= 3 } words && (words.Exists(word => word.IsContent) || Pronoun().IsMatch(text));

    private static QuestionKind KindOf(string text)
    {
        foreach (var (kind, pattern) in Kinds)
        {
            if (pattern.IsMatch(text))
            {
                return kind;
            }
        }

        return QuestionKind.Statement;
    }

    private static string? SubjectOf(string text)
    {
        foreach (var pattern in Subjects)
        {
            if (pattern.Match(text) is { Success: true } match)
            {
                var subject = match.Groups["x"].Value.Trim(' ', '?', '.', '"', '\'', '`');
                return subject.Length > 0 ? subject : null;
            }
        }

        return null;
    }

    // Who and when ask about an event: its words. Elsewhere the words behind "how many", "which" or "what is the" up to
    // the verb or preposition that ends the phrase.
    private static List<string> FocusOf(string text, QuestionKind kind, IReadOnlyList<Word> all)
    {
        if (kind is QuestionKind.Person or QuestionKind.Time)
        {
            return [.. all.Where(word => !word.IsName && !word.IsNumber && !QuestionWording.Contains(word.Text)).Select(word => word.Stem)];
        }

        // "How do I tell what a service costs": the clause behind the question does not name what is asked for.
        var match = FocusWording().Match(text);
        if (!match.Success || (kind is QuestionKind.Procedure or QuestionKind.Reason && match.Index > 0) || all.Any(word => word.Text is "command" or "commands"))
        {
            return [];
        }

        var words = WordReader.Read(text[(match.Index + match.Length)..]);
        var phrase = words.TakeWhile((word, i) => !FocusEnds.Contains(word.Text) && (i == 0 || !IsArticle(word))).ToList();
        if (phrase.Count > 1 && phrase.Count < words.Count && IsArticle(words[phrase.Count]))
        {
            // "Which law took the …": the word before the article is the verb.
            phrase.RemoveAt(phrase.Count - 1);
        }

        if (phrase.Count > 0 && phrase[0].Text is "one" or "ones" or "now" or "next" or "else" or "happens" or "happened")
        {
            return [];
        }

        var needsOf = match.Groups["is"].Success && (phrase.Count == words.Count || words[phrase.Count].Text is not ("of" or "for"));
        return needsOf || phrase.Count is 0 or > LongestFocus
            ? []
            : [.. phrase.Where(word => word.IsContent && !word.IsNumber && !AnswerNouns.Contains(word.Text) && !word.Text.EndsWith("er", StringComparison.Ordinal)).Select(word => word.Stem)];
    }

    private static bool IsArticle(Word word) => word.Text is "the" or "a" or "an";

    // Without a wording that names the subject: the names of the question, else its content words.
    private static string? Topic(QuestionPart part)
    {
        var names = part.Words.Where(word => word.IsName).ToList();
        var chosen = names.Count > 0 ? names : part.Words.Where(word => !word.IsNumber).TakeLast(2).ToList();
        return chosen.Count == 0 ? null : string.Join(' ', chosen.Select(word => part.Text[word.Start..word.End]));
    }

    private static string Stand(Match pronoun, string subject) =>
        pronoun.Value.Equals("its", StringComparison.OrdinalIgnoreCase) || pronoun.Value.Equals("their", StringComparison.OrdinalIgnoreCase)
            ? subject + "'s"
            : subject;

    private static readonly (QuestionKind Kind, Regex Pattern)[] Kinds =
    [
        (QuestionKind.Quantity, QuantityWording()),
        (QuestionKind.Comparison, ComparisonWording()),
        (QuestionKind.Purpose, PurposeWording()),
        (QuestionKind.Time, TimeWording()),
        (QuestionKind.Person, PersonWording()),
        (QuestionKind.Place, PlaceWording()),
        (QuestionKind.Reason, ReasonWording()),
        (QuestionKind.Enumeration, EnumerationWording()),
        (QuestionKind.Procedure, ProcedureWording()),
        (QuestionKind.Definition, DefinitionWording()),
        (QuestionKind.Confirmation, ConfirmationWording()),
    ];

    // Words that only announce the sort of answer: a sentence that gives a size need not say "size".
    private static readonly HashSet<string> AnswerNouns = new(
        "number amount size rate price cost value count total name kind type sort year date time way percentage percent share fraction level".Split(' '),
        StringComparer.Ordinal);

    private static readonly HashSet<string> FocusEnds = new(
        "is are was were be do does did can could has have had will would should must may might in of on at per for to from with by than count fit go that which who".Split(' '),
        StringComparer.Ordinal);

    private static readonly Regex[] Subjects = [PurposeSubject(), MeaningSubject(), WorkingSubject(), DefinitionSubject()];

    [GeneratedRegex(@"(?:\s*[,;?.]\s*(?:and\s+|or\s+|but\s+)?|\s+(?:and|or|but)\s+)(?=(?:what|when|where|why|who|whom|how|which|should|does|do|can|is|are|was|were|did|(?:in|at|on|for|from|under|by|to)\s+(?:what|which|whom))\b)|\?\s+(?=\w)", RegexOptions.IgnoreCase)]
    private static partial Regex Joint();

    [GeneratedRegex(@"\b(?:what|when|where|why|who|whom|whose|how|which|should|does|do|can|is|are|was|were|did|define|explain|describe|list|name|compare|tell|give|summari[sz]e)\b", RegexOptions.IgnoreCase)]
    private static partial Regex QuestionWord();

    [GeneratedRegex(@"^\W*(?:so|and|or|but|please|also|then)?\s*(?:(?:in|at|on|for|from|to|by|with|under|within|since|of)\s+)?(?:what|what's|whats|when|where|why|who|whom|whose|how|which|should|does|do|can|could|is|are|was|were|did|will|would|has|have|define|explain|describe|list|name|compare|tell|give|summari[sz]e)\b", RegexOptions.IgnoreCase)]
    private static partial Regex StartOfQuestion();

    [GeneratedRegex(@"(?<=\b(?:wrong|right|other|best|cheapest|former|latter)\s+)one\b", RegexOptions.IgnoreCase)]
    private static partial Regex StandingOne();

    [GeneratedRegex(@"\b(?:it|its|they|them|their|this|that|these|those)\b(?!\s+(?:model|method|file|document|page|kind|sort|way|case)s?\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Pronoun();

    [GeneratedRegex(@"\bhow\s+(?:many|much|large|big|small|long|fast|slow|old|far|often|high|low|deep|tall|wide|heavy|expensive)\b|\b(?:what|which)\s+(?:percentage|percent|fraction|share|proportion|number|amount|size|rate|price|cost|speed|length)\b|\bwhat\s+(?:\w+\s+){0,2}(?:income|revenues?|sales|profit|earnings|eps|dividend|margin|score)(?:\s+per\s+\w+)?\s+(?:did|do|does|was|were|is|are|has)\b|\bwhat\s+(?:is|are|was|were)\s+(?:the|(?:\S+\s+){0,3}\S+s?['’]s)\s+(?:\w+\s+){0,3}(?:percentage|number|amount|size|rate|price|cost|speed|length|total|count|limit|maximum|minimum|value|revenue|income|profit|sales|margin|expenditures?|dividends?|ratio|score|throughput|age|height|weight|duration|width|threshold|eps|earnings|commission|salary|turnover)\b(?=\s*(?:[?.,;]|$|of\b|for\b|in\b|per\b|at\b|on\b|that\b|when\b|to\b))", RegexOptions.IgnoreCase)]
    private static partial Regex QuantityWording();

    [GeneratedRegex(@"\bdiffer(?:s|ence|ences|ent)?\b|\bcompared?\b|\bcomparison\b|\bversus\b|\bvs\b|\b(?:better|worse|faster|slower|cheaper|larger|smaller|bigger|more accurate)\b.*\b(?:than|or)\b|\bdistinguish|\bagainst\b.*\bor\b", RegexOptions.IgnoreCase)]
    private static partial Regex ComparisonWording();

    [GeneratedRegex(@"\bwhen\s+(?:should|would|do|can|must|to|shall|is\s+it|does\s+it)\b|\bwhen\s+(?:is|are)\b.*\b(?:right|best|good|useful|worth|better|appropriate|suitable|needed|necessary)\b|\bshould\s+(?:i|we|one|you)\b|\b(?:what|who)\s+(?:is|are)\b.*\b(?:used|good|useful|meant)\s+for\b|\bwhat\b.*\bpurpose\b|\bwhat\s+(?:can|do)\s+(?:i|we|you|one)\s+use\b", RegexOptions.IgnoreCase)]
    private static partial Regex PurposeWording();

    [GeneratedRegex(@"\bwhen\s+(?:was|were|did|will|had|has)\b|\b(?:what|which)\s+(?:year|date|month|day|time|decade|century|quarter)\b|\bsince\s+when\b|\bhow\s+recently\b", RegexOptions.IgnoreCase)]
    private static partial Regex TimeWording();

    [GeneratedRegex(@"\bwho(?:m|se)?\b|\b(?:what|which)\s+(?:person|people|author|authors|company|organi[sz]ation|researcher|researchers|team|scientist)\b", RegexOptions.IgnoreCase)]
    private static partial Regex PersonWording();

    [GeneratedRegex(@"\bwhere\b|\b(?:what|which)\s+(?:city|country|place|location|state|region|address)\b", RegexOptions.IgnoreCase)]
    private static partial Regex PlaceWording();

    [GeneratedRegex(@"\bwhy\b|\bwhat\s+(?:is|are|was|were)\s+the\s+(?:reason|cause)s?\b|\bwhat\s+caused?s?\b|\bhow\s+come\b", RegexOptions.IgnoreCase)]
    private static partial Regex ReasonWording();

    [GeneratedRegex(@"^\s*(?:list|name|enumerate)\b|\b(?:what|which)\s+(?:\w+\s+)?(?:are|were)\s+the\s+(?:\w+\s+){0,4}\w+s\b|\b(?:what|which)\s+(?:kinds?|types?|sorts?|steps|ways|options|methods|parts|stages|techniques|problems|risks|metrics|formats|tools|examples|advantages|disadvantages|benefits|drawbacks|limitations)\b|\bwhat\s+(?:can\s+go|goes)\s+wrong\b", RegexOptions.IgnoreCase)]
    private static partial Regex EnumerationWording();

    [GeneratedRegex(@"\bhow\s+(?:do|does|did|to|can|could|should|is|are|was|were|would|will)\b|\bin\s+what\s+way\b|\bwhich\s+command\b|\bwhat\s+command\b", RegexOptions.IgnoreCase)]
    private static partial Regex ProcedureWording();

    [GeneratedRegex(@"^\W*(?:so\s+|please\s+)?(?:what|who)(?:'s|\s+(?:is|are|was|were))\s+(?!.*\b(?:of|for|in|on|by|with|from|to|at|after|before|between|during)\b)\S+(?:\s+\S+){0,5}\s*$|\bwhat\s+do(?:es)?\b.*\b(?:mean|stand\s+for|refer\s+to)\b|^\W*(?:define|explain|describe)\b|\bdefinition\s+of\b|\bmeaning\s+of\b|\bmeant\s+by\b", RegexOptions.IgnoreCase)]
    private static partial Regex DefinitionWording();

    [GeneratedRegex(@"^\W*(?:is|are|was|were|does|do|did|can|could|may|must|has|have|had|will|would)\b", RegexOptions.IgnoreCase)]
    private static partial Regex ConfirmationWording();

    [GeneratedRegex(@"\bhow\s+(?:many|much|(?:large|big|small|high|low|long|fast|slow|old|deep|wide|heavy)\s+(?:is|are|was|were)\s+(?:the|an?)?)\s|\b(?:what|which)\s+(?<is>(?:is|are|was|were)\s)?(?:the\s+)?", RegexOptions.IgnoreCase)]
    private static partial Regex FocusWording();

    [GeneratedRegex(@"\b(?:should|would|do|can|must|to)\s+(?:(?:i|we|you|one|someone)\s+)?(?:use|choose|pick|prefer|avoid|apply|need|want|employ)\s+(?<x>[^?.,;]+?)(?=\s+(?:instead|rather|over|for|when|if|on|in)\b|[?.,;]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex PurposeSubject();

    [GeneratedRegex(@"\bwhat\s+do(?:es)?\s+(?:the\s+(?:term|word|abbreviation|acronym)\s+)?(?<x>.+?)\s+(?:mean|stand\s+for|refer\s+to|do)\b|\b(?:definition|meaning)\s+of\s+(?:the\s+)?(?<x>[^?.]+)|\bmeant\s+by\s+(?<x>[^?.]+)", RegexOptions.IgnoreCase)]
    private static partial Regex MeaningSubject();

    [GeneratedRegex(@"\bhow\s+(?:do|does|did|is|are)\s+(?:an?\s+|the\s+)?(?<x>.+?)\s+(?:work|works|worked|function|operate|computed|calculated|measured|made|used|defined|trained)\b", RegexOptions.IgnoreCase)]
    private static partial Regex WorkingSubject();

    [GeneratedRegex(@"^\W*(?:so\s+|please\s+)?(?:(?:what|who)(?:'s|\s+(?:is|are|was|were))|define|explain|describe)\s+(?:an?\s+|the\s+)?(?:(?:term|word|concept|idea)\s+(?:of\s+)?)?(?<x>[^?]+)", RegexOptions.IgnoreCase)]
    private static partial Regex DefinitionSubject();
}
