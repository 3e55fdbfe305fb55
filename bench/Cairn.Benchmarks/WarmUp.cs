using System.Diagnostics;

namespace Cairn.Benchmarks;

/// <summary>
/// Calls a benchmark until the runtime has compiled it for good. BenchmarkDotNet decides how many calls make a timing
/// before its own warm-up: with code that is not yet optimised it would choose far too few.
/// </summary>
internal static class WarmUp
{
    private const int Rounds = 4;          // the first tier, the one that counts branches, the last; one to spare
    private const int Calls = 30;          // what the runtime waits for before it compiles a method again
    private const int Milliseconds = 120;  // a little more than its delay before it does so

    /// <summary>Calls it in rounds, each as often as the runtime counts or as long as its delay, whichever is less.</summary>
    /// <param name="calls">What will be measured.</param>
    public static void Run(params Action[] calls)
    {
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var call in calls)
            {
                var clock = Stopwatch.StartNew();
                for (var i = 0; i < Calls && clock.ElapsedMilliseconds < Milliseconds; i++)
                {
                    call();
                }
            }

            Thread.Sleep(Milliseconds);
        }
    }
}
