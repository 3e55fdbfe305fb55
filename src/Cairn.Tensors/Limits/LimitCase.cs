namespace Cairn.Tensors.Limits;

/// <summary>One loop to measure.</summary>
/// <param name="kind">What it bounds.</param>
/// <param name="name">How it is measured.</param>
/// <param name="body">The loop, a body of <see cref="ThreadTeam.Run"/> over a <see cref="LimitCall"/>.</param>
/// <param name="share">Bytes of a worker.</param>
/// <param name="work">Bytes or operations of a worker's pass.</param>
/// <param name="passes">Passes of a run; 0 for as many as the run time asks.</param>
/// <param name="expected">The right result of a worker: (start of its share, bytes, passes).</param>
internal sealed unsafe class LimitCase(
    LimitKind kind,
    string name,
    delegate*<void*, int, int, void> body,
    long share,
    double work,
    long passes,
    delegate*<byte*, long, long, ulong> expected)
{
    public LimitKind Kind => kind;

    public string Name => name;

    public delegate*<void*, int, int, void> Body => body;

    public long Share => share;

    public double Work => work;

    public long Passes => passes;

    /// <summary>The right result of a worker.</summary>
    public ulong Expected(byte* start, long count) => expected(start, share, count);
}
