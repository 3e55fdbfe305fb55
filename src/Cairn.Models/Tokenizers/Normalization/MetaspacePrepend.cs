namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Where a visible space is put before a text that does not begin with one.</summary>
internal enum MetaspacePrepend
{
    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>At the beginning only, not after an added token.</summary>
    First,

    /// <summary>Before every part between added tokens.</summary>
    Always,
}
