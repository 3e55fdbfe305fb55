using Cairn.Models.Tokenizers.Algorithms;
using Cairn.Models.Tokenizers.Normalization;
using Cairn.Models.Tokenizers.PreTokenizers;

namespace Cairn.Models.Tokenizers;

/// <summary>What a tokenizer is put together from; the readers of file formats fill it in.</summary>
internal sealed class TokenizerParts
{
    /// <summary>All tokens.</summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <summary>Tokens that are found in text before anything else.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Rewrites the text between added tokens, in order.</summary>
    public IReadOnlyList<Normalizer> Normalizers { get; init; } = [];

    /// <summary>Rewrites what lies between the added tokens that are found in normalised text, right before it is cut.</summary>
    public IReadOnlyList<Normalizer> LateNormalizers { get; init; } = [];

    /// <summary>Cuts normalised text into pieces.</summary>
    public required PreTokenizer PreTokenizer { get; init; }

    /// <summary>Turns pieces into tokens.</summary>
    public required TokenModel Model { get; init; }

    /// <summary>What decoding does with spaces before the first character.</summary>
    public LeadingSpace LeadingSpace { get; init; }

    /// <summary>Ids put before a sequence on request.</summary>
    public IReadOnlyList<int> Prefix { get; init; } = [];

    /// <summary>Ids put after a sequence on request.</summary>
    public IReadOnlyList<int> Suffix { get; init; } = [];

    /// <summary>How a pair of sequences is put together; null when unknown.</summary>
    public PairTemplate? PairTemplate { get; init; }

    /// <summary>Begin of sequence.</summary>
    public int? BosId { get; init; }

    /// <summary>End of sequence.</summary>
    public int? EosId { get; init; }

    /// <summary>Padding.</summary>
    public int? PadId { get; init; }

    /// <summary>Unknown.</summary>
    public int? UnknownId { get; init; }

    /// <summary>Ids that end a generation, beyond <see cref="EosId"/> and the well-known names.</summary>
    public IReadOnlyList<int> EndIds { get; init; } = [];
}
