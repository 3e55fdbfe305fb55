using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>All integers from <paramref name="lowest"/> to <paramref name="highest"/>.</summary>
internal readonly struct IntegerLevels(int lowest, int highest) : ILevels
{
    public float Lowest { get; } = lowest;

    public float Highest { get; } = highest;

    public byte Code(float level) => (byte)(level - Lowest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloats Nearest<TFloats>(TFloats values)
        where TFloats : unmanaged, IFloats<TFloats>
    {
        var atLeast = TFloats.Max(TFloats.Round(values), TFloats.Create(Lowest));
        return TFloats.Min(atLeast, TFloats.Create(Highest));
    }
}
