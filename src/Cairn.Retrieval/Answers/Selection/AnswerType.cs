using System.Text.RegularExpressions;
using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Answers.Questions;

namespace Cairn.Retrieval.Answers.Selection;

/// <summary>Whether a text holds the sort of thing a question asks for: a number, a date, a name, a reason.</summary>
public static partial class AnswerType
{
    /// <summary>
    /// 1 when the text holds it, 0 when it does not, and ½ when the question does not ask for anything that can be told
    /// from the form. Numbers and names that the question has already do not count.
    /// </summary>
    public static double Fit(QuestionPart question, string text, IReadOnlyList<Word> words)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(words);
        return question.Kind switch
        {
            QuestionKind.Quantity => QuantityFit(question, text, words),
            QuestionKind.Time => Date().Matches(text).Any(match => !IsReference(text, match.Index)) ? 1 : Date().IsMatch(text) ? 0.4 : 0,
            QuestionKind.Person => Holds(words.Any(word => IsNewName(question, text, word)) && (!AsksForRole().IsMatch(question.Text) || FullName().IsMatch(text))),
            QuestionKind.Reason => Marker(Cause(), text),
            QuestionKind.Purpose => Marker(Advice(), text),
            QuestionKind.Comparison => Marker(Contrast(), text),
            QuestionKind.Place => Marker(Location(), text),
            _ => 0.5,
        };
    }

    /// <summary>Indexes of the words that could be what is asked for: new numbers, dates or names. Empty for other kinds.</summary>
    public static IReadOnlyList<int> Places(QuestionPart question, string text, IReadOnlyList<Word> words)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(words);
        var dates = question.Kind == QuestionKind.Time ? Date().Matches(text).Where(match => !IsReference(text, match.Index)).ToList() : [];
        var quantities = question.Kind == QuestionKind.Quantity ? NewNumbers(question, text, words) : [];
        return [.. Enumerable.Range(0, words.Count).Where(i => question.Kind switch
        {
            QuestionKind.Quantity => quantities.Contains(words[i]),
            QuestionKind.Time => dates.Exists(match => match.Index < words[i].End && words[i].Start < match.Index + match.Length),
            QuestionKind.Person => IsNewName(question, text, words[i]),
            _ => false,
        })];
    }

    /// <summary>True when the question can only be answered by a text with a number, a date or a name.</summary>
    public static bool IsRequired(QuestionKind kind) => kind is QuestionKind.Quantity or QuestionKind.Time or QuestionKind.Person;

    // "How long" wants a time and "how much memory" bytes: a number of another unit counts little.
    private static double QuantityFit(QuestionPart question, string text, IReadOnlyList<Word> words)
    {
        var holds = NewNumbers(question, text, words).Count > 0 || (Amount().IsMatch(text) && !(AsksForCount().IsMatch(question.Text) && Money().IsMatch(text)));
        var unit = Units.FirstOrDefault(unit => unit.Question.IsMatch(question.Text)).Answer;
        return !holds ? 0 : unit is null || unit.IsMatch(text) ? 1 : 0.3;
    }

    // The numbers of a date count only where a time is asked for, and a sum of money is no count.
    private static List<Word> NewNumbers(QuestionPart question, string text, IReadOnlyList<Word> words)
    {
        var dates = AsksForTime().IsMatch(question.Text) ? [] : CalendarDate().Matches(text).ToList();
        var money = AsksForCount().IsMatch(question.Text);
        return [.. words.Where(word => HoldsDigits(word) && !(money && IsMoney(text, word)) && IsNew(question, word) && !IsReference(text, word)
            && !dates.Exists(date => date.Index < word.End && word.Start < date.Index + date.Length))];
    }

    private static bool IsMoney(string text, Word word) => word.Start > 0 && (Currency.Contains(text[word.Start - 1]) || (word.Start > 1 && Currency.Contains(text[word.Start - 2])));

    private static bool IsNewName(QuestionPart question, string text, Word word) =>
        IsNew(question, word) && (word.IsName || IsCapital(text, word)) && !word.IsNumber;

    private static double Holds(bool found) => found ? 1 : 0;

    private static double Marker(Regex pattern, string text) => pattern.IsMatch(text) ? 1 : 0.4;

    private static bool HoldsDigits(Word word) => word.IsNumber || char.IsAsciiDigit(word.Text[0]);

    // The year of "Hu et al. 2021", the number of "arXiv:2106.09685" and the 4 of "GPT-4" answer no "how many".
    private static bool IsReference(string text, Word word) => IsReference(text, word.Start) || (!word.IsNumber && word.IsName && !char.IsAsciiDigit(word.Text[0]));

    private static bool IsReference(string text, int at) =>
        ReferenceBefore().IsMatch(text.AsSpan(0, at)) || (at > 1 && text[at - 1] == '-' && char.IsLetter(text[at - 2]));

    private static bool IsNew(QuestionPart question, Word word) => !question.Words.Any(asked => asked.Stem == word.Stem);

    private static bool IsCapital(string text, Word word) => word.IsContent && char.IsUpper(text[word.Start]);

    private const string Currency = "$€£¥";

    private static readonly (Regex Question, Regex Answer)[] Units =
    [
        (AsksForTime(), TimeUnit()), (AsksForBytes(), ByteUnit()), (AsksForShare(), ShareUnit()), (AsksForMoney(), MoneyUnit()), (AsksForSpeed(), SpeedUnit()),
    ];

    [GeneratedRegex(@"\bhow\s+(?:long\s+(?:do|does|did|will|would|can|is\s+it|until|after|must|should)|much\s+time|many\s+(?:seconds|minutes|hours|days|weeks|months|years)|old|quickly|soon)\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksForTime();

    [GeneratedRegex(@"\d\s*(?:ms|s|min|h)\b|\b(?:milli|micro)?seconds?\b|\b(?:minute|hour|day|week|month|year|decade|centur|night)", RegexOptions.IgnoreCase)]
    private static partial Regex TimeUnit();

    [GeneratedRegex(@"\bhow\s+much\s+(?:\w+\s+)?(?:memory|storage|disk|space|ram)\b|\bhow\s+many\s+(?:bytes|gigabytes|megabytes)\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksForBytes();

    [GeneratedRegex(@"\b(?:[KMGT]i?B|bytes?|(?:kilo|mega|giga|tera)bytes?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex ByteUnit();

    [GeneratedRegex(@"\b(?:percentage|percent|what\s+(?:share|fraction|proportion|portion))\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksForShare();

    [GeneratedRegex(@"%|\bper\s?cent|(?<!\b(?:first|second|last|next)\s)\bhalf\b|\b(?:a|one|two)[\s-]thirds?\b|\b(?:a|one|three)[\s-]quarters?\b|\bin\s+(?:ten|five|three|four|a hundred)\b|\bof\s+\d|(?:^|\s)0?\.\d", RegexOptions.IgnoreCase)]
    private static partial Regex ShareUnit();

    [GeneratedRegex(@"\bhow\s+much\s+(?:money|does\s+.*\bcost|did\s+.*\bcost|revenue|profit|income)\b|\b(?:price|cost|fee|revenue|salary|dividend)s?\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksForMoney();

    [GeneratedRegex(@"[$€£¥]|\b(?:dollars?|euros?|pounds?|cents?|yen|USD|EUR|million|billion)\b|\d[.,]\d{2,3}\b", RegexOptions.IgnoreCase)]
    private static partial Regex MoneyUnit();

    [GeneratedRegex(@"\bhow\s+many\b(?!\s+(?:dollars|euros|pounds|cents|yen)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex AsksForCount();

    [GeneratedRegex(@"[$€£¥]\s?\d")]
    private static partial Regex Money();

    [GeneratedRegex(@"\bhow\s+(?:fast|quick)\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksForSpeed();

    [GeneratedRegex(@"\bper\b|/\s?s\b|\ba\s+(?:second|minute|hour)|\btimes\b|\b(?:ms|seconds?|minutes?|hours?)\b|\bmph\b|\bkm\b", RegexOptions.IgnoreCase)]
    private static partial Regex SpeedUnit();

    [GeneratedRegex(@"\b(?:chief|chair\w*|officer|president|director|manager|ceo|cfo|cto|founders?|secretary|minister|mayor|treasurer|head|governor)\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksForRole();

    [GeneratedRegex(@"\b(?!(?:The|An?|This|That|In|On|At|Our|Its|His|Her|Their|For|And|Of)\b)\p{Lu}\p{Ll}+(?:\s+\p{Lu}\.)?\s+\p{Lu}\p{Ll}+")]
    private static partial Regex FullName();

    [GeneratedRegex(@"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d{1,2}(?:,?\s+(?:19|20)\d\d)?\b|\b(?:\d{1,2}\s+)?(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:\s+(?:19|20)\d\d)?\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b(?:in|since|of|by|fiscal|year|quarter)\s+(?:19|20)\d\d\b", RegexOptions.IgnoreCase)]
    private static partial Regex CalendarDate();

    [GeneratedRegex(@"(?:\bal\.,?\s*\(?|\barXiv:\s*|\b(?:exhibit|item|section|table|figure|fig\.|page|chapter|step|rule|form|note|appendix|no\.)\s+|\barXiv:\d+\.|\([A-Z]\w+(?:\s+(?:and|&)\s+[A-Z]\w+)?,?\s+)$", RegexOptions.IgnoreCase)]
    private static partial Regex ReferenceBefore();

    [GeneratedRegex(@"\b(?:half|third|quarter|dozen|hundreds?|thousands?|millions?|billions?|twice|double|triple|percent|none|zero|once)\b|%", RegexOptions.IgnoreCase)]
    private static partial Regex Amount();

    [GeneratedRegex(@"\b(?:1[5-9]\d\d|20\d\d)\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?:century|decade|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b|\b\d{1,2}(?::\d\d)?\s*(?:am|pm|a\.m\.|p\.m\.)|\b\d{1,2}:\d\d\b", RegexOptions.IgnoreCase)]
    private static partial Regex Date();

    [GeneratedRegex(@"\b(?:because|since|so that|due to|owing to|therefore|thus|hence|reason|cause[sd]?|otherwise|to avoid|in order to|which (?:means|makes)|leads? to|results? in|so\b)|\bas\s+a\s+result", RegexOptions.IgnoreCase)]
    private static partial Regex Cause();

    [GeneratedRegex(@"\b(?:use|uses|used|choose|prefer|avoid|recommend\w*|when|if|suit\w*|right (?:choice|tool)|best for|good for|worth|pays?|should|designed for|intended|useful|need)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Advice();

    [GeneratedRegex(@"\b(?:than|whereas|while|but|unlike|against|instead|both|differ\w*|compared|more|less|fewer|faster|slower|cheaper|smaller|larger|rather|however|only|contrast|trades?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Contrast();

    [GeneratedRegex(@"\b(?:in|at|on|from|under|inside|within|near|located|folder|directory|city|country|beside|below|above)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Location();
}
