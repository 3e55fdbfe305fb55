using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>What a file's <c>decoder</c> amounts to.</summary>
/// <param name="Spelling">How tokens become bytes.</param>
/// <param name="LeadingSpace">What happens to spaces before the first character.</param>
internal sealed record JsonDecoder(TokenSpelling Spelling, LeadingSpace LeadingSpace);
