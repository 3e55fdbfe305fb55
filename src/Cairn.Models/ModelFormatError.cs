namespace Cairn.Models;

/// <summary>What is wrong with a model file, in one word.</summary>
/// <remarks>Stable names for programs; the snake-case form (<c>bad_magic</c>) is what JSON output shows.</remarks>
public enum ModelFormatError
{
    /// <summary>The file ends before its content does: usually an incomplete download.</summary>
    Truncated,

    /// <summary>The first bytes are not those of the format.</summary>
    BadMagic,

    /// <summary>A version of the format that is not read here.</summary>
    BadVersion,

    /// <summary>A count that the file cannot hold.</summary>
    BadCount,

    /// <summary>A length that the file cannot hold.</summary>
    BadLength,

    /// <summary>Metadata that breaks the rules of the format.</summary>
    BadMetadata,

    /// <summary>Text that is not UTF-8.</summary>
    BadEncoding,

    /// <summary>A metadata value of another type than its key needs, or of a type that does not exist.</summary>
    BadType,

    /// <summary>A metadata value outside its allowed range.</summary>
    BadValue,

    /// <summary>An alignment that is no power of two, or an offset that does not keep it.</summary>
    BadAlignment,

    /// <summary>A tensor description that breaks the rules of the format.</summary>
    BadTensor,

    /// <summary>A shape that is impossible, or not the one that the configuration asks for.</summary>
    BadShape,

    /// <summary>A header that is not what the format prescribes.</summary>
    BadHeader,

    /// <summary>A configuration file that cannot be read.</summary>
    BadConfig,

    /// <summary>Tensors listed in an order that is not accepted.</summary>
    BadOrder,

    /// <summary>One key twice.</summary>
    DuplicateKey,

    /// <summary>One tensor name twice.</summary>
    DuplicateTensor,

    /// <summary>A key that the model needs is absent.</summary>
    MissingKey,

    /// <summary>A tensor that the model needs is absent.</summary>
    MissingTensor,

    /// <summary>A file that the model needs is absent.</summary>
    MissingFile,

    /// <summary>A tensor that the architecture has no use for, so that ignoring it would change the model.</summary>
    UnexpectedTensor,

    /// <summary>Two tensors share bytes.</summary>
    Overlap,

    /// <summary>Bytes that belong to no tensor where the format allows none.</summary>
    Hole,

    /// <summary>A tensor lies outside the file.</summary>
    OutOfBounds,

    /// <summary>An element type that the format does not define.</summary>
    UnknownType,

    /// <summary>Legal, but not something that Cairn can run.</summary>
    Unsupported,

    /// <summary>Vocabulary and model disagree about the number of tokens.</summary>
    VocabMismatch,

    /// <summary>A weight is NaN or infinite.</summary>
    NotFinite,

    /// <summary>A file name that leaves the model's folder.</summary>
    PathEscape,
}
