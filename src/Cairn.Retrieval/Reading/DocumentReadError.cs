namespace Cairn.Retrieval.Reading;

/// <summary>Why a file gave no document.</summary>
public enum DocumentReadError
{
    /// <summary>It is encrypted and needs a password.</summary>
    Encrypted,

    /// <summary>Its pages are pictures without text: it needs optical character recognition.</summary>
    Scanned,

    /// <summary>It breaks the rules of its format.</summary>
    Corrupt,

    /// <summary>Its content is not what its name says: a program named .txt, a picture named .pdf.</summary>
    Binary,

    /// <summary>It is larger, deeper or longer than the limits allow, as it is or unpacked.</summary>
    TooLarge,

    /// <summary>No reader knows the format.</summary>
    Unsupported,

    /// <summary>It holds no words.</summary>
    Empty,

    /// <summary>The operating system does not let it be read.</summary>
    Denied,

    /// <summary>Reading took longer than the time allowed for one file.</summary>
    TimedOut,
}
