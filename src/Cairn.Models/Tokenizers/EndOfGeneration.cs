using System.Collections.Frozen;

namespace Cairn.Models.Tokenizers;

/// <summary>The tokens after which a model has nothing more to say.</summary>
/// <remarks>
/// Files name one end token, chat models use several: end of text, of turn, of message, of a tool call. The names are
/// those of the published families; only a special or added token counts, never an ordinary piece of text.
/// </remarks>
internal static class EndOfGeneration
{
    private static readonly string[] Names =
    [
        "<|endoftext|>", "<|end_of_text|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|return|>", "<|call|>",
        "<end_of_turn>", "<end_of_utterance>", "<turn|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|eot|>", "<|eom|>",
        "<|endofturn|>", "<|END_OF_TURN_TOKEN|>", "<｜end▁of▁sentence｜>", "</s>", "<eos>",
    ];

    public static IReadOnlySet<int> Find(Vocabulary vocabulary, int? eosId, IReadOnlyList<int> endIds)
    {
        var found = new HashSet<int>(endIds);
        if (eosId is { } eos) found.Add(eos);
        foreach (var name in Names)
        {
            if (vocabulary.TryGetId(name, out var id)
                && vocabulary.GetTokenType(id) is TokenType.Control or TokenType.UserDefined)
            {
                found.Add(id);
            }
        }

        // In a vocabulary of channels (gpt-oss), <|end|> ends one message of several.
        if (vocabulary.TryGetId("<|return|>", out _) && vocabulary.TryGetId("<|call|>", out _)
            && vocabulary.TryGetId("<|end|>", out var end) && end != eosId)
        {
            found.Remove(end);
        }

        return found.ToFrozenSet();
    }
}
