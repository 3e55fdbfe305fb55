namespace Cairn.Models.Tokenizers;

/// <summary>What a vocabulary entry is for, with the numbers that GGUF stores in <c>tokenizer.ggml.token_type</c>.</summary>
internal enum TokenType
{
    /// <summary>Not stated: an ordinary piece of text.</summary>
    Undefined = 0,

    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>Stands for text that the vocabulary cannot spell.</summary>
    Unknown = 2,

    /// <summary>Controls the model (begin, end, role markers); never read from plain text.</summary>
    Control = 3,

    /// <summary>Added by the model's makers; always matched in text, before anything else.</summary>
    UserDefined = 4,

    /// <summary>Reserved.</summary>
    Unused = 5,

    /// <summary>One byte of UTF-8, spelled <c>&lt;0xNN&gt;</c>.</summary>
    Byte = 6,
}
