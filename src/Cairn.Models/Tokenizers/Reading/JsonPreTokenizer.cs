using Cairn.Models.Tokenizers.Normalization;
using Cairn.Models.Tokenizers.PreTokenizers;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>What a file's <c>pre_tokenizer</c> amounts to.</summary>
/// <param name="Splitter">Cuts the text.</param>
/// <param name="Normalizers">What it rewrites before cutting.</param>
/// <param name="IsByteLevel">Whether pieces are then spelled in the byte alphabet.</param>
internal sealed record JsonPreTokenizer(PreTokenizer Splitter, IReadOnlyList<Normalizer> Normalizers, bool IsByteLevel);
