namespace Cairn.Models.Tokenizers;

/// <summary>
/// Counts the steps of the loops that a hostile text could stretch, for the calling thread: tests hold that twice the
/// text takes no more than about twice the steps, which a clock could not tell on a busy machine.
/// </summary>
/// <remarks>A loop adds its steps once, when it is done.</remarks>
internal static class WorkMeter
{
    [ThreadStatic]
    private static long _steps;

    public static void Add(long steps) => _steps += steps;

    /// <summary>The steps that an action takes.</summary>
    public static long Measure(Action action)
    {
        var before = _steps;
        action();
        return _steps - before;
    }
}
