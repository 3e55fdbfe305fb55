using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>The sixteen uneven levels of IQ4_NL.</summary>
internal readonly struct IQ4_NLLevels : ILevels
{
    private static ReadOnlySpan<sbyte> Table => BlockIQ4_NL.Levels;

    public float Lowest => Table[0];

    public float Highest => Table[^1];

    public byte Code(float level) => (byte)Table.IndexOf((sbyte)level);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloats Nearest<TFloats>(TFloats values)
        where TFloats : unmanaged, IFloats<TFloats>
    {
        var nearest = TFloats.Create(Table[0]);
        for (var i = 1; i < Table.Length; i++)
        {
            var middle = TFloats.Create((Table[i - 1] + Table[i]) * 0.5f);
            nearest = TFloats.IfLess(middle, values, TFloats.Create(Table[i]), nearest);
        }

        return nearest;
    }
}
