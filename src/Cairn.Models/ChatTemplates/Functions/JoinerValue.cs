using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>Jinja's <c>joiner(sep)</c>: nothing on its first call, the separator on every later one.</summary>
internal sealed class JoinerValue(Value separator) : CallableValue
{
    private bool _isUsed;

    public override string TypeName => "Joiner";

    public override Value Call(RenderContext context, CallArguments arguments)
    {
        var result = _isUsed ? separator : StringValue.Empty;
        _isUsed = true;
        return result;
    }

    public override void Represent(BoundedText text) => text.Append("<Joiner object>");
}
