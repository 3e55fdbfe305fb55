using System.Collections.Frozen;

namespace Cairn.Retrieval.Answers.Language;

/// <summary>English words whose forms no suffix rule joins: <c>drove</c> and <c>driven</c> are <c>drive</c>.</summary>
internal static class IrregularForms
{
    private static readonly FrozenDictionary<string, string> Bases = (
        "arose:arise arisen:arise began:begin begun:begin bought:buy brought:bring built:build caught:catch chose:choose chosen:choose "
        + "came:come dealt:deal drew:draw drawn:draw drove:drive driven:drive ate:eat eaten:eat fell:fall fallen:fall felt:feel "
        + "fought:fight found:find flew:fly flown:fly forgot:forget forgotten:forget froze:freeze frozen:freeze gave:give given:give "
        + "grew:grow grown:grow growth:grow held:hold kept:keep knew:know known:know laid:lay led:lead left:leave lent:lend lost:lose "
        + "met:meet paid:pay ran:run rose:rise risen:rise sang:sing sat:sit saw:see seen:see sent:send shook:shake sold:sell "
        + "sought:seek spent:spend spoke:speak spoken:speak stood:stand stole:steal stolen:steal struck:strike taught:teach "
        + "thought:think threw:throw thrown:throw told:tell took:take taken:take understood:understand went:go gone:go won:win "
        + "wore:wear worn:wear wrote:write written:write men:man women:woman children:child people:person feet:foot teeth:tooth "
        + "mice:mouse indices:index matrices:matrix vertices:vertex criteria:criterion analyses:analysis hypotheses:hypothesis loss:lose losses:lose "
        + "sale:sell sales:sell choice:choose choices:choose")
        .Split(' ').Select(pair => pair.Split(':')).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    /// <summary>The base form of a lower-case word; the word itself when it is regular.</summary>
    public static string Base(string word) => Bases.GetValueOrDefault(word, word);
}
