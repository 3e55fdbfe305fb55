namespace Cairn.Tensors.Attention;

/// <summary>How keys and values are stored.</summary>
public enum KvElementType
{
    /// <summary>Single precision: the reference.</summary>
    F32,

    /// <summary>Half precision: half the memory traffic, rounded to 11 significant bits; magnitudes end at 65,536.</summary>
    F16,

    /// <summary>
    /// Signed bytes, a half-precision scale for each 32 neighbouring dimensions of a key or value: 17/32 of the memory
    /// traffic of <see cref="F16"/>, rounded to 1/254 of the largest of the 32.
    /// </summary>
    Q8_0,
}
