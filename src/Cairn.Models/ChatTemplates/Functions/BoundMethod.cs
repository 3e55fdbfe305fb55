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

    public override Value Call(RenderContext context, CallArguments arguments)
    {
        var result = method.Invoke(context, subject, arguments);
        return subject is StringValue { IsMarkup: true } ? ToMarkup(result) : result;
    }

    public override void Represent(BoundedText text) =>
        text.Append($"<built-in method {method.Name} of {subject.TypeName} object>");

    // What a method makes of safe text is safe text.
    private static Value ToMarkup(Value result) => result switch
    {
        StringValue text => new StringValue(text.Text, isMarkup: true),
        SequenceValue sequence => sequence.With([.. sequence.Elements.Select(ToMarkup)]),
        _ => result,
    };
}
