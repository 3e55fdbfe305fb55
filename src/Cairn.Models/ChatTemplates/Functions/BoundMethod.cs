using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>A method taken from its value, ready to be called.</summary>
internal sealed class BoundMethod(Value subject, BuiltinFunction method) : CallableValue
{
    public override string TypeName => "builtin_function_or_method";

    public static AttributeLookup Find(
        IReadOnlyDictionary<string, BuiltinFunction> table, Value subject, string name) =>
        !table.TryGetValue(name, out var method) ? AttributeLookup.None
        : method.IsMutating ? AttributeLookup.Unsafe
        : AttributeLookup.Found(new BoundMethod(subject, method));

    public override Value Call(RenderContext context, CallArguments arguments) =>
        method.Invoke(context, subject, arguments);

    public override void Represent(BoundedText text) =>
        text.Append($"<built-in method {method.Name} of {subject.TypeName} object>");
}
