using System.Collections.Frozen;

namespace Cairn.Retrieval.Answers.Language;

/// <summary>Words that shape a question rather than name its subject: <c>how large</c>, <c>good for</c>, <c>what kind</c>.</summary>
internal static class QuestionWording
{
    private static readonly FrozenSet<string> Words = (
        "large big small long short fast quick slow old far often high low deep good best better use used useful kind kinds type types sort "
        + "sorts name named difference differ reason reasons cause purpose way ways number amount size work works happen happens happened exist "
        + "currently main typical typically usually count counts need needs needed take takes required possible worth word term concept idea "
        + "example examples thing things person people country place year date according documents document text handbook guide command commands")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True when the lower-case word usually belongs to the wording of a question.</summary>
    public static bool Contains(string word) => Words.Contains(word);
}
