using Cairn.Models.ChatTemplates.Functions;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Evaluation;

/// <summary>
/// The variable <c>loop</c>: the state of a loop, one item ahead of its body when <c>last</c> or <c>nextitem</c> is
/// asked for. Calling it runs a <c>recursive</c> loop over other items.
/// </summary>
internal sealed class LoopValue : CallableValue, IDisposable
{
    private static readonly BuiltinFunction CycleMethod = new("cycle", "*", static call =>
        ((LoopValue)call.Subject).Cycle(call.Rest.Positional));

    private static readonly BuiltinFunction ChangedMethod = new("changed", "*", static call =>
        ((LoopValue)call.Subject).Changed(call));

    private readonly Queue<Value> _ahead = new();
    private readonly IEnumerator<Value> _source;
    private readonly Func<Value, Value> _recurse;
    private readonly int _depth;
    private int? _length;
    private int _index = -1;
    private Value? _previous;
    private TupleValue? _lastChanged;

    /// <summary>A loop over items.</summary>
    /// <param name="items">What is walked.</param>
    /// <param name="length">Their number, where it is known beforehand.</param>
    /// <param name="depth">How many recursive loops this one is inside of.</param>
    /// <param name="recurse">Runs the same loop over other items and returns what it prints.</param>
    public LoopValue(IEnumerable<Value> items, int? length, int depth, Func<Value, Value> recurse)
    {
        _source = items.GetEnumerator();
        _length = length;
        _depth = depth;
        _recurse = recurse;
        Current = NoneValue.Instance;
    }

    public override string TypeName => "LoopContext";

    public override int? Length => _length ??= CountAll();

    public Value Current { get; private set; }

    private Value? Following => _ahead.Count > 0 || Fetch() ? _ahead.Peek() : null;

    public bool MoveNext()
    {
        if (_ahead.Count == 0 && !Fetch())
        {
            return false;
        }

        _previous = _index >= 0 ? Current : null;
        Current = _ahead.Dequeue();
        _index++;
        return true;
    }

    public override AttributeLookup FindAttribute(string name)
    {
        Value? value = name switch
        {
            "index" => new IntegerValue(_index + 1),
            "index0" => new IntegerValue(_index),
            "revindex" => new IntegerValue(Length!.Value - _index),
            "revindex0" => new IntegerValue(Length!.Value - _index - 1),
            "first" => BooleanValue.Of(_index == 0),
            "last" => BooleanValue.Of(Following is null),
            "length" => new IntegerValue(Length!.Value),
            "depth" => new IntegerValue(_depth + 1),
            "depth0" => new IntegerValue(_depth),
            "previtem" => _previous ?? new UndefinedValue("there is no previous item"),
            "nextitem" => Following ?? new UndefinedValue("there is no next item"),
            "cycle" => new BoundMethod(this, CycleMethod),
            "changed" => new BoundMethod(this, ChangedMethod),
            _ => null,
        };
        return value is null ? base.FindAttribute(name) : AttributeLookup.Found(value);
    }

    public override Value Call(RenderContext context, CallArguments arguments) => arguments.Positional.Count == 1
        ? _recurse(arguments.Positional[0])
        : throw Fault.Other("loop() takes the items to walk as its only argument");

    public override void Represent(BoundedText text) => text.Append($"<LoopContext {_index + 1}/{Length}>");

    public void Dispose() => _source.Dispose();

    private bool Fetch()
    {
        if (!_source.MoveNext())
        {
            return false;
        }

        _ahead.Enqueue(_source.Current);
        return true;
    }

    private int CountAll()
    {
        while (Fetch())
        {
        }

        return _index + 1 + _ahead.Count;
    }

    private Value Cycle(IReadOnlyList<Value> values) =>
        values.Count > 0 ? values[_index % values.Count] : throw Fault.Other("no items for cycling given");

    private BooleanValue Changed(Invocation call)
    {
        var current = new TupleValue(call.Rest.Positional);
        call.Context.Charge(current.Size);
        var isChanged = _lastChanged is null || !_lastChanged.EqualTo(current);
        _lastChanged = current;
        return BooleanValue.Of(isChanged);
    }
}
