using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Parsing;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Evaluation;

/// <summary>A macro with the scope it was defined in; calling it returns what its body prints.</summary>
internal sealed class MacroValue(MacroDefinition definition, Scope scope, StatementExecutor executor) : CallableValue
{
    public override string TypeName => "Macro";

    public override AttributeLookup FindAttribute(string name) => name switch
    {
        "name" => AttributeLookup.Found(definition.Name is { } own ? new StringValue(own) : NoneValue.Instance),
        "arguments" => AttributeLookup.Found(
            new ListValue([.. definition.Parameters.Select(parameter => new StringValue(parameter.Name))])),
        "catch_kwargs" => AttributeLookup.Found(BooleanValue.Of(definition.UsesNamedRest)),
        "catch_varargs" => AttributeLookup.Found(BooleanValue.Of(definition.UsesPositionalRest)),
        "caller" => AttributeLookup.Found(BooleanValue.Of(definition.UsesCaller)),
        _ => base.FindAttribute(name),
    };

    public override Value Call(RenderContext context, CallArguments arguments) =>
        executor.CallMacro(definition, scope, arguments);

    public override void Represent(BoundedText text) => text
        .Append("<Macro ")
        .Append(definition.Name is { } name ? PythonText.Represent(name) : "anonymous")
        .Append('>');
}
