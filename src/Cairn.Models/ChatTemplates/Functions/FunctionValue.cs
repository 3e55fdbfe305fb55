using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>A global function as a value.</summary>
internal sealed class FunctionValue(BuiltinFunction function) : CallableValue
{
    public override string TypeName => "function";

    public override Value Call(RenderContext context, CallArguments arguments) =>
        function.Invoke(context, NoneValue.Instance, arguments);

    public override void Represent(BoundedText text) => text.Append($"<function {function.Name}>");
}
