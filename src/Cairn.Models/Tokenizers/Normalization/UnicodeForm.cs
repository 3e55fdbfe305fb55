namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>A Unicode normalisation form.</summary>
internal enum UnicodeForm
{
    /// <summary>Canonical decomposition.</summary>
    Nfd,

    /// <summary>Canonical decomposition, then composition.</summary>
    Nfc,

    /// <summary>Compatibility decomposition.</summary>
    Nfkd,

    /// <summary>Compatibility decomposition, then composition.</summary>
    Nfkc,
}
