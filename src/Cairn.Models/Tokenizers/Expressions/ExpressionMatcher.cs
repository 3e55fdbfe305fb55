using System.Buffers;
using System.Text;

namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>Finds the matches of an expression in one text, in time linear in its length.</summary>
/// <remarks>
/// Backtracking with memory: every split is taken at most once at each position, since without back references what failed
/// there once fails there always, from wherever it is reached. So the first match of the leftmost place is found, as
/// every backtracking engine finds it, in at most (steps of the program) × (length of the text) steps.
/// <see cref="Steps"/> counts them. Look-aheads are of bounded length and remember for one place at a time.
/// For one text and one thread.
/// </remarks>
internal sealed class ExpressionMatcher : IDisposable
{
    private readonly Instruction[] _program;
    private readonly int _splits;
    private readonly ulong[] _visited;
    private readonly int _origin;
    private readonly (int Start, int End)[] _runs;
    private readonly ExpressionProgram[] _lookAheads;
    private (int Instruction, int Position)[] _stack = ArrayPool<(int, int)>.Shared.Rent(64);
    private int _count;
    private int _lastEnd = -1;

    /// <summary>Prepares for a text, or for the part of it that a match from a given place can reach.</summary>
    public ExpressionMatcher(ExpressionProgram program, int textLength, int origin = 0)
    {
        _program = [.. program.Instructions];
        _splits = program.SplitCount;
        _runs = new (int, int)[program.RunCount];
        Array.Fill(_runs, (0, 0));
        _lookAheads = [.. program.LookAheads];
        _origin = origin;
        var reach = Math.Min(textLength - origin, program.MostPassed > int.MaxValue / 2 ? int.MaxValue : program.MostPassed * 2);
        var words = checked((int)((((long)(origin == 0 ? textLength : reach) + 1) * _splits / 64) + 1));
        _visited = ArrayPool<ulong>.Shared.Rent(words);
        _visited.AsSpan(0, words).Clear();
    }

    /// <summary>Instructions carried out so far, look-aheads included.</summary>
    public long Steps { get; private set; }

    /// <summary>Finds the next match, as Oniguruma's iteration does: an empty one is passed over right after another.</summary>
    public bool TryFind(ReadOnlySpan<char> text, ref int from, out TextRange match)
    {
        for (var start = from; start <= text.Length; start += LengthAt(text, start))
        {
            var end = Match(text, start);
            if (end < 0) continue;

            if (end == start && end == _lastEnd)
            {
                Forget(end);
                continue;
            }

            match = new TextRange(start, end);
            (from, _lastEnd) = (end, end);
            Forget(end);
            return true;
        }

        match = default;
        return false;
    }

    /// <summary>The end of the match that starts at a place, or −1.</summary>
    public int Match(ReadOnlySpan<char> text, int start)
    {
        _count = 0;
        Push(0, start);
        while (_count > 0)
        {
            var (instruction, position) = _stack[--_count];
            var end = Follow(text, instruction, position);
            if (end >= 0) return end;
        }

        return -1;
    }

    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(_visited);
        ArrayPool<(int, int)>.Shared.Return(_stack);
        _stack = [];
    }

    /// <summary>Follows one way until it matches (its end) or fails (−1), leaving the other ways on the stack.</summary>
    private int Follow(ReadOnlySpan<char> text, int at, int position)
    {
        while (true)
        {
            Steps++;
            ref readonly var step = ref _program[at];
            switch (step.Code)
            {
                case InstructionCode.Match:
                    return position;
                case InstructionCode.Split:
                    if (!Visit(step.Number, position)) return -1;
                    Push(step.Second, position);
                    break;
                case InstructionCode.Set:
                    if (position == text.Length || !step.Set.Contains(CodePointAt(text, position, out var length))) return -1;
                    position += length;
                    break;
                case InstructionCode.Run:
                    position = PassRun(text, step, position);
                    if (position < 0) return -1;
                    break;
                case InstructionCode.After:
                    if ((position < text.Length && step.Set.Contains(CodePointAt(text, position, out _))) == step.IsNegated) return -1;
                    break;
                case InstructionCode.Before:
                    if ((position > 0 && step.Set.Contains(CodePointBefore(text, position))) == step.IsNegated) return -1;
                    break;
                case InstructionCode.LookAhead:
                    if (LooksAhead(text, _lookAheads[step.Number], position) == step.IsNegated) return -1;
                    break;
                case InstructionCode.Anchor:
                    if (!IsAt(text, step.Anchor, position)) return -1;
                    break;
            }

            at = step.First;
        }
    }

    /// <summary>The end of a run, or −1; a run without a limit that was passed from further left ends where that one did.</summary>
    private int PassRun(ReadOnlySpan<char> text, in Instruction step, int position)
    {
        var start = position;
        ref var known = ref _runs[step.Number];
        if (step.Least <= 1 && step.Most == int.MaxValue && position >= known.Start && position < known.End) return known.End;

        var count = 0;
        while (count < step.Most && position < text.Length && step.Set.Contains(CodePointAt(text, position, out var length)))
        {
            position += length;
            count++;
            Steps++;
        }

        if (step.Most == int.MaxValue && position > start) known = (start, position);
        return count >= step.Least ? position : -1;
    }

    private bool LooksAhead(ReadOnlySpan<char> text, ExpressionProgram program, int position)
    {
        using var matcher = new ExpressionMatcher(program, text.Length, position);
        var found = matcher.Match(text, position) >= 0;
        Steps += matcher.Steps;
        return found;
    }

    private static bool IsAt(ReadOnlySpan<char> text, AnchorKind anchor, int position) => anchor switch
    {
        AnchorKind.TextStart => position == 0,
        AnchorKind.TextEnd => position == text.Length,
        AnchorKind.LastLineEnd => position == text.Length || (position == text.Length - 1 && text[position] == '\n'),
        AnchorKind.LineStart => position == 0 || (text[position - 1] == '\n' && position < text.Length),
        _ => position == text.Length || text[position] == '\n',
    };

    private bool Visit(int split, int position)
    {
        var bit = ((long)(position - _origin) * _splits) + split;
        ref var word = ref _visited[bit >> 6];
        var mask = 1UL << (int)(bit & 63);
        if ((word & mask) != 0) return false;

        word |= mask;
        return true;
    }

    /// <summary>What led to a match has not failed: its last position may be the first of the next match.</summary>
    private void Forget(int position)
    {
        for (var split = 0; split < _splits; split++)
        {
            var bit = ((long)(position - _origin) * _splits) + split;
            _visited[bit >> 6] &= ~(1UL << (int)(bit & 63));
        }
    }

    private void Push(int instruction, int position)
    {
        if (_count == _stack.Length)
        {
            var larger = ArrayPool<(int, int)>.Shared.Rent(_count * 2);
            _stack.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<(int, int)>.Shared.Return(_stack);
            _stack = larger;
        }

        _stack[_count++] = (instruction, position);
    }

    private static int LengthAt(ReadOnlySpan<char> text, int at)
    {
        if (at >= text.Length) return 1;

        CodePointAt(text, at, out var length);
        return length;
    }

    private static int CodePointAt(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        if (!char.IsHighSurrogate(text[at])) return text[at];

        Rune.DecodeFromUtf16(text[at..], out var rune, out length);
        return rune.Value;
    }

    private static int CodePointBefore(ReadOnlySpan<char> text, int at)
    {
        Rune.DecodeLastFromUtf16(text[..at], out var rune, out _);
        return rune.Value;
    }
}
