using System.Collections.Frozen;

namespace Cairn.Retrieval.Answers.Language;

/// <summary>English words that carry grammar rather than a subject; they do not count when two texts are compared.</summary>
public static class FunctionWords
{
    private static readonly FrozenSet<string> Words = (
        "a an the this that these those such same some any each every both either neither all most many much few more less "
        + "other another one ones it its itself he she they them their theirs we us our ours you your yours i me my mine his her hers "
        + "who whom whose which what when where why how whether "
        + "and or but nor so yet if then else than as because since while although though unless until "
        + "of in on at by for with from to into onto over under about between among through during before after above below "
        + "against without within across per via toward towards upon off out up down "
        + "is are was were be been being am do does did doing done have has had having can could may might shall should will would must "
        + "there here also only just even still very too quite rather however therefore thus hence again once ever "
        + "let get gets got getting please tell show give explain describe say says said mean means meant meaning called "
        + "s t d ll re ve m don doesn didn isn aren wasn weren won wouldn shouldn couldn hasn haven hadn e.g i.e eg ie etc")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Negations = (
        "no not never none nothing nobody nowhere neither nor cannot without hardly scarcely n't")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True when the lower-case word is a function word.</summary>
    public static bool Contains(string word) => Words.Contains(word);

    /// <summary>True when the lower-case word negates, contractions such as <c>doesn't</c> included.</summary>
    public static bool IsNegation(string word) =>
        Negations.Contains(word) || word.EndsWith("n't", StringComparison.Ordinal) || word.EndsWith("n’t", StringComparison.Ordinal);
}
