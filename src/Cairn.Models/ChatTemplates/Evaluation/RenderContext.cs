using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Evaluation;

/// <summary>State of one rendering: output, place, and what is left of its limits. Not thread-safe.</summary>
internal sealed class RenderContext
{
    private readonly CancellationToken _cancellationToken;
    private long _steps;
    private int _depth;
    private ulong _random;

    public RenderContext(ChatTemplateOptions options, CancellationToken cancellationToken)
    {
        Options = options;
        Output = NewText();
        _steps = options.MaxSteps;
        _random = options.RandomSeed;
        _cancellationToken = cancellationToken;
    }

    public ChatTemplateOptions Options { get; }

    /// <summary>Where printing goes: the template's output, or the text of a block or macro being captured.</summary>
    public BoundedText Output { get; private set; }

    /// <summary>Line of the node being evaluated.</summary>
    public int Line { get; private set; }

    public BoundedText NewText() => new(Options.MaxOutputLength);

    /// <summary>What printing the value shows.</summary>
    public string TextOf(Value value)
    {
        if (value is StringValue { Text: var simple })
        {
            return simple;
        }

        var text = NewText();
        value.Print(text);
        return text.ToString();
    }

    /// <summary>Notes the line and counts a step.</summary>
    public void Step(int line)
    {
        Line = line;
        Charge(1);
    }

    /// <summary>Counts work done beside the nodes.</summary>
    public void Charge(long steps)
    {
        var before = _steps;
        _steps -= steps;
        if (_steps < 0)
        {
            throw Fault.Limit($"Rendering took more than {Options.MaxSteps} steps.");
        }

        // Now and then is enough, and much cheaper.
        if (before >> 10 != _steps >> 10)
        {
            _cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Counts the work of making a value, by its size, and returns it.</summary>
    public Value Charge(Value value)
    {
        switch (value)
        {
            case StringValue { Text.Length: var length }:
                CheckLength(length);
                Charge(length >> 4);
                break;
            case SequenceValue { Elements.Count: var count }:
                CheckCount(count);
                CheckSize(value);
                Charge(count >> 1);
                break;
            case MappingValue:
                CheckSize(value);
                break;
        }

        return value;
    }

    /// <summary>Counts the work of looking for one text in another, which at worst compares each with each.</summary>
    public void ChargeSearch(int textLength, int wantedLength) =>
        Charge((textLength >> 6) + (((long)textLength * wantedLength) >> 12));

    /// <summary>Refuses a text that is about to get too long.</summary>
    public void CheckLength(long length)
    {
        if (length > Options.MaxOutputLength)
        {
            throw Fault.Limit($"Text grew past the limit of {Options.MaxOutputLength} characters.");
        }
    }

    /// <summary>Refuses a list that is about to get too long.</summary>
    public void CheckCount(long count)
    {
        if (count > Options.MaxListLength)
        {
            throw Fault.Limit($"A list has more than {Options.MaxListLength} items.");
        }
    }

    /// <summary>Walks a value's items, each counted as a step.</summary>
    /// <exception cref="ChatTemplateException">The value cannot be iterated.</exception>
    public IEnumerable<Value> ItemsOf(Value value) => Counted(
        value.Items ?? throw Fault.Other($"'{value.TypeName}' object is not iterable"));

    /// <summary>All items of a value, within the limit on list lengths.</summary>
    public List<Value> ListOf(Value value)
    {
        List<Value> items = [];
        foreach (var item in ItemsOf(value))
        {
            items.Add(item);
            CheckCount(items.Count);
        }

        return items;
    }

    /// <summary>Enters a nested evaluation.</summary>
    public void Enter()
    {
        if (++_depth > Options.MaxDepth)
        {
            throw Fault.Limit($"Calls and expressions are nested more than {Options.MaxDepth} deep.");
        }

        Fault.EnsureStack();
    }

    public void Leave() => _depth--;

    /// <summary>Sends printing to a new text while an action runs, and returns that text.</summary>
    public string Capture(Action action)
    {
        var outer = Output;
        Output = NewText();
        try
        {
            action();
            Charge(Output.Length >> 4);
            return Output.ToString();
        }
        finally
        {
            Output = outer;
        }
    }

    /// <summary>The next number below <paramref name="count"/>, from SplitMix64.</summary>
    public int NextRandom(int count)
    {
        _random += 0x9E3779B97F4A7C15;
        var z = (_random ^ (_random >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)count);
    }

    private IEnumerable<Value> Counted(IEnumerable<Value> items)
    {
        foreach (var item in items)
        {
            Charge(1);
            yield return item;
        }
    }

    // A list that holds another twice, again and again, is small in memory but endless to compare.
    private void CheckSize(Value value)
    {
        if (value.Size > Options.MaxSteps)
        {
            throw Fault.Limit("Nested lists hold too many items in all.");
        }
    }
}
