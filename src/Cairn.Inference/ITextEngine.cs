using Cairn.Models.Configuration;
using Cairn.Models.Tokenizers;
using Cairn.Tensors;

namespace Cairn.Inference;

/// <summary>A model that gives hidden states of texts, with its tokenizer: an encoder, or a decoder used as one.</summary>
/// <remarks>Thread-safe: callers queue.</remarks>
internal interface ITextEngine : IDisposable
{
    /// <summary>Name of the file or folder.</summary>
    string Name { get; }

    /// <summary>The file or folder.</summary>
    string Path { get; }

    /// <summary>Text to tokens.</summary>
    Tokenizer Tokenizer { get; }

    /// <summary>Width of the hidden states.</summary>
    int HiddenSize { get; }

    /// <summary>Most tokens that are read of a text, special tokens included.</summary>
    int MaxTokens { get; }

    /// <summary>How the hidden states of a text become one vector.</summary>
    Pooling Pooling { get; }

    /// <summary>Whether that vector is scaled to unit length.</summary>
    bool IsNormalized { get; }

    /// <summary>Weight matrices with their kernels.</summary>
    IReadOnlyList<WeightMatrix> Weights { get; }

    /// <summary>How long loading took.</summary>
    TimeSpan LoadTime { get; }

    /// <summary>Runs texts through the model and hands out the hidden states of each.</summary>
    /// <param name="texts">Tokens of each text and their types; types may be empty.</param>
    /// <param name="read">Called once a text, in any order, never at the same time.</param>
    /// <param name="cancellationToken">Looked at between layers.</param>
    void Run(IReadOnlyList<TokenizedPair> texts, HiddenStateReader read, CancellationToken cancellationToken);
}
