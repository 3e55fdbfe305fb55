namespace Cairn.Models.ChatTemplates;

/// <summary>A chat template could not be parsed or rendered. Trying again with the same input cannot help.</summary>
public sealed class ChatTemplateException : Exception
{
    /// <summary>Creates the exception for a place in a named template.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="reason">What went wrong in words, without the place.</param>
    /// <param name="line">Line of the template, from 1; null when unknown.</param>
    /// <param name="template">Name of the template; null when unknown.</param>
    /// <param name="innerException">The cause, if another exception led here.</param>
    public ChatTemplateException(
        ChatTemplateError kind,
        string reason,
        int? line = null,
        string? template = null,
        Exception? innerException = null)
        : base(Describe(kind, reason, line, template), innerException)
    {
        Kind = kind;
        Reason = reason;
        Line = line;
        Template = template;
    }

    /// <summary>What went wrong.</summary>
    public ChatTemplateError Kind { get; }

    /// <summary>
    /// What went wrong in words; for <see cref="ChatTemplateError.Raised"/> exactly what the template said.
    /// </summary>
    public string Reason { get; }

    /// <summary>Line of the template, from 1; null when unknown.</summary>
    public int? Line { get; }

    /// <summary>Name of the template; null when unknown.</summary>
    public string? Template { get; }

    // A raised message is written for the user by the template's author: it is shown as it is.
    private static string Describe(ChatTemplateError kind, string reason, int? line, string? template) =>
        (kind, line, template) switch
        {
            (ChatTemplateError.Raised, _, _) => reason,
            (_, null, null) => reason,
            (_, null, _) => $"Chat template '{template}': {reason}",
            (_, _, null) => $"Chat template, line {line}: {reason}",
            _ => $"Chat template '{template}', line {line}: {reason}",
        };
}
