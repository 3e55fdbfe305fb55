using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>A value that can be called: function, bound method, macro, or object of a built-in class.</summary>
internal abstract class CallableValue : Value
{
    public abstract Value Call(RenderContext context, CallArguments arguments);
}
