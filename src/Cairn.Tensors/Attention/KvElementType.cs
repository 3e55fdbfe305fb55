namespace Cairn.Tensors.Attention;

/// <summary>How keys and values are stored.</summary>
public enum KvElementType
{
    /// <summary>Single precision: the reference.</summary>
    F32,

    /// <summary>Half precision: half the memory traffic, rounded to 11 significant bits; magnitudes end at 65,536.</summary>
    F16,
}
