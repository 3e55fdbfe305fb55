namespace Cairn.Models.ChatTemplates;

/// <summary>Why a chat template could not be parsed or rendered.</summary>
public enum ChatTemplateError
{
    /// <summary>The template itself refused the conversation by calling <c>raise_exception</c>.</summary>
    Raised,

    /// <summary>An attribute, item, call or calculation on a value that is not defined.</summary>
    Undefined,

    /// <summary>The sandbox refused: a private attribute, or a method that would change a value.</summary>
    Security,

    /// <summary>The template is not well-formed, or names a filter or test that does not exist.</summary>
    Syntax,

    /// <summary>Rendering went past a limit of <see cref="ChatTemplateOptions"/>.</summary>
    Limit,

    /// <summary>Anything else: wrong types, wrong arguments, division by zero.</summary>
    Other,
}
