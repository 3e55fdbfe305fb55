namespace Cairn.Tensors;

/// <summary>The numbers that a quant can stand for, before the scale.</summary>
internal interface ILevels
{
    /// <summary>The smallest level.</summary>
    float Lowest { get; }

    /// <summary>The largest level.</summary>
    float Highest { get; }

    /// <summary>The place of a level among all, from 0.</summary>
    byte Code(float level);

    /// <summary>The level nearest to each value.</summary>
    TFloats Nearest<TFloats>(TFloats values)
        where TFloats : unmanaged, IFloats<TFloats>;
}
