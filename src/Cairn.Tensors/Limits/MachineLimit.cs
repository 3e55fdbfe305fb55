namespace Cairn.Tensors.Limits;

/// <summary>One measured limit.</summary>
/// <param name="Kind">What it bounds.</param>
/// <param name="Name">How it was measured.</param>
/// <param name="Threads">Threads that worked together; the rates are those of all of them.</param>
/// <param name="Median">Median over the runs, 10⁹ a second.</param>
/// <param name="Minimum">Slowest run.</param>
/// <param name="Maximum">Fastest run.</param>
/// <param name="Runs">Runs that were timed.</param>
public sealed record MachineLimit(
    LimitKind Kind, string Name, int Threads, double Median, double Minimum, double Maximum, int Runs)
{
    /// <summary>Unit of the rates.</summary>
    public string Unit => Kind switch
    {
        LimitKind.FloatPeak => "GFLOP/s",
        LimitKind.Int8Peak => "Gop/s",
        _ => "GB/s",
    };
}
