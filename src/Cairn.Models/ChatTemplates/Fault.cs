using System.Runtime.CompilerServices;

namespace Cairn.Models.ChatTemplates;

/// <summary>Makes the interpreter's errors; where no line is known yet, the renderer adds the current one.</summary>
internal static class Fault
{
    public static ChatTemplateException Syntax(string reason, int line) => new(ChatTemplateError.Syntax, reason, line);

    public static ChatTemplateException Other(string reason) => new(ChatTemplateError.Other, reason);

    public static ChatTemplateException Undefined(string reason) => new(ChatTemplateError.Undefined, reason);

    public static ChatTemplateException Limit(string reason) => new(ChatTemplateError.Limit, reason);

    /// <summary>Fails with <see cref="ChatTemplateError.Limit"/> while there is still stack left to fail on.</summary>
    public static void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Limit("Values or expressions are nested too deeply.");
        }
    }
}
