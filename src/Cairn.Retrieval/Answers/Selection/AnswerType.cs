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
            QuestionKind.Quantity => Holds(words.Any(word => HoldsDigits(word) && IsNew(question, word) && !IsReference(text, word)) || Amount().IsMatch(text)),
            QuestionKind.Time => Date().Matches(text).Any(match => !IsReference(text, match.Index)) ? 1 : Date().IsMatch(text) ? 0.4 : 0,
            QuestionKind.Person => Holds(words.Any(word => IsNew(question, word) && (word.IsName || IsCapital(text, word)) && !word.IsNumber)),
            QuestionKind.Reason => Marker(Cause(), text),
            QuestionKind.Purpose => Marker(Advice(), text),
            QuestionKind.Comparison => Marker(Contrast(), text),
            QuestionKind.Place => Marker(Location(), text),
            _ => 0.5,
        };
    }

    /// <summary>True when the question can only be answered by a text with a number, a date or a name.</summary>
    public static bool IsRequired(QuestionKind kind) => kind is QuestionKind.Quantity or QuestionKind.Time or QuestionKind.Person;

    private static double Holds(bool found) => found ? 1 : 0;

    private static double Marker(Regex pattern, string text) => pattern.IsMatch(text) ? 1 : 0.4;

    private static bool HoldsDigits(Word word) => word.IsNumber || char.IsAsciiDigit(word.Text[0]);

    // The year of "Hu et al. 2021", the number of "arXiv:2106.09685" and the 4 of "GPT-4" answer no "how many".
    private static bool IsReference(string text, Word word) => IsReference(text, word.Start) || (!word.IsNumber && word.IsName && !char.IsAsciiDigit(word.Text[0]));

    private static bool IsReference(string text, int at) =>
        ReferenceBefore().IsMatch(text.AsSpan(0, at)) || (at > 1 && text[at - 1] == '-' && char.IsLetter(text[at - 2]));

    private static bool IsNew(QuestionPart question, Word word) => !question.Words.Any(asked => asked.Stem == word.Stem);

    private static bool IsCapital(string text, Word word) => word.IsContent && char.IsUpper(text[word.Start]);

    [GeneratedRegex(@"(?:\bal\.,?\s*\(?|\barXiv:\s*|\barXiv:\d+\.|\([A-Z]\w+(?:\s+(?:and|&)\s+[A-Z]\w+)?,?\s+)$", RegexOptions.IgnoreCase)]
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
