namespace Cairn.Models.ChatTemplates.Values;

/// <summary>
/// A name, attribute or item that is not there. It prints as nothing, is false, has no items, and fails when
/// anything else is done with it.
/// </summary>
/// <param name="reason">Message of that failure.</param>
/// <param name="kind">Kind of that failure: undefined, or security where the sandbox hides something.</param>
internal sealed class UndefinedValue(string reason, ChatTemplateError kind = ChatTemplateError.Undefined) : Value
{
    public override string TypeName => "Undefined";

    public override bool IsTrue => false;

    public override int? Length => 0;

    public override bool HasItems => true;

    public override IEnumerable<Value> Items => [];

    public override IEnumerable<Value> ItemsReversed => [];

    public static UndefinedValue ForName(string name) => new($"{PythonText.Represent(name)} is undefined");

    public static UndefinedValue ForAttribute(Value target, string name) =>
        new($"'{Describe(target)}' has no attribute {PythonText.Represent(name)}");

    public static UndefinedValue ForItem(Value target, Value key) => key is StringValue { Text: var name }
        ? ForAttribute(target, name)
        : new UndefinedValue($"{Describe(target)} has no element {key}");

    public static UndefinedValue ForUnsafe(Value target, string name) => new(
        $"access to attribute {PythonText.Represent(name)} of '{target.TypeName}' object is unsafe.",
        ChatTemplateError.Security);

    /// <summary>The failure of using this value.</summary>
    public ChatTemplateException Fail() => new(kind, reason);

    public override void Print(BoundedText text)
    {
    }

    public override void Represent(BoundedText text) => text.Append("Undefined");

    public override bool EqualTo(Value other) => other is UndefinedValue;

    public override int Hash() => 0;

    private static string Describe(Value target) => target is NoneValue ? "None" : target.TypeName + " object";
}
