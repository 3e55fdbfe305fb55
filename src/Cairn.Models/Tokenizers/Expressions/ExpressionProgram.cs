namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>A compiled expression.</summary>
internal sealed class ExpressionProgram
{
    private const int MostInstructions = 20_000;
    private const int MostSplits = 1_024;
    private const int MostLookAheads = 16;

    private readonly List<Instruction> _instructions = [];
    private readonly List<ExpressionProgram> _lookAheads = [];

    private ExpressionProgram(int mostPassed) => MostPassed = mostPassed;

    public IReadOnlyList<Instruction> Instructions => _instructions;

    /// <summary>The programs of look-aheads, by number.</summary>
    public IReadOnlyList<ExpressionProgram> LookAheads => _lookAheads;

    /// <summary>Number of splits; each has one bit for each position of a text.</summary>
    public int SplitCount { get; private set; }

    /// <summary>Number of runs.</summary>
    public int RunCount { get; private set; }

    /// <summary>Most code points that a match passes.</summary>
    public int MostPassed { get; }

    /// <summary>Compiles an expression.</summary>
    /// <exception cref="ExpressionException">It is malformed, not supported or too large.</exception>
    public static ExpressionProgram Compile(string expression) => Compile(ExpressionParser.Parse(expression));

    private static ExpressionProgram Compile(ExpressionNode node)
    {
        var program = new ExpressionProgram(node.MostPassed ?? int.MaxValue);
        program.Add(node);
        program.Emit(new Instruction(InstructionCode.Match, 0));
        return program;
    }

    private void Add(ExpressionNode node)
    {
        switch (node)
        {
            case SetNode set:
                Emit(new Instruction(InstructionCode.Set, Here + 1) { Set = set.Set });
                break;
            case SequenceNode sequence:
                foreach (var part in sequence.Parts) Add(part);
                break;
            case ChoiceNode choice:
                AddChoice(choice);
                break;
            case RepeatNode repeat:
                AddRepeat(repeat);
                break;
            case RunNode run:
                Emit(new Instruction(InstructionCode.Run, Here + 1, Number: RunCount++)
                {
                    Set = run.Set, Least = run.Least, Most = run.Most ?? int.MaxValue,
                });
                break;
            case NeighborNode neighbor:
                Emit(new Instruction(neighbor.IsAfter ? InstructionCode.After : InstructionCode.Before, Here + 1)
                {
                    Set = neighbor.Set, IsNegated = neighbor.IsNegated,
                });
                break;
            case LookAheadNode look:
                if (_lookAheads.Count == MostLookAheads) throw new ExpressionException($"more than {MostLookAheads} look-aheads");
                Emit(new Instruction(InstructionCode.LookAhead, Here + 1, Number: _lookAheads.Count) { IsNegated = look.IsNegated });
                _lookAheads.Add(Compile(look.Part));
                break;
            case AnchorNode anchor:
                Emit(new Instruction(InstructionCode.Anchor, Here + 1) { Anchor = anchor.Kind });
                break;
            default:
                throw new InvalidOperationException($"There is no code for {node.GetType().Name}.");
        }
    }

    private int Here => _instructions.Count;

    private void AddChoice(ChoiceNode choice)
    {
        var jumps = new List<int>();
        for (var i = 0; i < choice.Choices.Count - 1; i++)
        {
            var split = EmitSplit();
            Add(choice.Choices[i]);
            jumps.Add(Emit(new Instruction(InstructionCode.Jump, 0)));
            Aim(split, split + 1, Here);
        }

        Add(choice.Choices[^1]);
        foreach (var jump in jumps)
        {
            _instructions[jump] = _instructions[jump] with { First = Here };
        }
    }

    private void AddRepeat(RepeatNode repeat)
    {
        for (var i = 0; i < repeat.Least; i++)
        {
            Add(repeat.Part);
        }

        if (repeat.Most is { } most)
        {
            var splits = new List<int>();
            for (var i = repeat.Least; i < most; i++)
            {
                splits.Add(EmitSplit());
                Add(repeat.Part);
            }

            foreach (var split in splits)
            {
                Aim(split, split + 1, Here, repeat.IsLazy);
            }

            return;
        }

        var loop = EmitSplit();
        Add(repeat.Part);
        Emit(new Instruction(InstructionCode.Jump, loop));
        Aim(loop, loop + 1, Here, repeat.IsLazy);
    }

    private int EmitSplit() => SplitCount < MostSplits
        ? Emit(new Instruction(InstructionCode.Split, 0, 0, SplitCount++))
        : throw new ExpressionException($"more than {MostSplits:N0} alternatives");

    private void Aim(int split, int inside, int behind, bool isLazy = false) =>
        _instructions[split] = _instructions[split] with { First = isLazy ? behind : inside, Second = isLazy ? inside : behind };

    private int Emit(Instruction instruction)
    {
        if (_instructions.Count == MostInstructions) throw new ExpressionException($"more than {MostInstructions:N0} steps");

        _instructions.Add(instruction);
        return _instructions.Count - 1;
    }
}
