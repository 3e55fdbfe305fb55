using Cairn.Models.Tokenizers;

namespace Cairn.AI;

/// <summary>
/// Keeps special tokens that a user typed (<c>&lt;|im_end|&gt;</c> in a message) plain text, while those that the
/// chat template writes stay special: a message cannot end its own turn or open another one.
/// </summary>
/// <remarks>
/// A noncharacter that occurs in no message is put inside every special token of the messages before the template
/// renders them, and taken out again when the text between the template's own special tokens is encoded.
/// </remarks>
internal sealed class SpecialTokenShield
{
    private readonly Tokenizer _tokenizer;
    private readonly List<string> _specialTokens = [];
    private readonly char _mark;

    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="messages">Every text that does not come from the template.</param>
    public SpecialTokenShield(Tokenizer tokenizer, IReadOnlyCollection<string> messages)
    {
        _tokenizer = tokenizer;
        for (var id = 0; id < tokenizer.VocabularySize; id++)
        {
            if (tokenizer.IsSpecial(id) && tokenizer.GetToken(id) is { Length: > 1 } token) _specialTokens.Add(token);
        }

        _mark = Enumerable.Range('\uFDD0', 32).Select(code => (char)code)
            .First(mark => !messages.Any(message => message.Contains(mark)));
    }

    /// <summary>The message with every special token broken up.</summary>
    public string Protect(string message)
    {
        foreach (var token in _specialTokens)
        {
            if (message.Contains(token, StringComparison.Ordinal))
            {
                message = message.Replace(token, token[..1] + _mark + token[1..], StringComparison.Ordinal);
            }
        }

        return message;
    }

    /// <summary>Ids of a rendered conversation: the template's special tokens as such, all else as plain text.</summary>
    public int[] Encode(string rendered)
    {
        if (!rendered.Contains(_mark)) return _tokenizer.Encode(rendered, addSpecial: false, parseSpecial: true);

        var ids = new List<int>();
        var start = 0;
        var places = _specialTokens.ConvertAll(token => rendered.IndexOf(token, StringComparison.Ordinal));
        while (NextSpecial(rendered, start, places) is var (at, token) && at >= 0)
        {
            AddPlain(ids, rendered[start..at]);
            _tokenizer.TryGetId(token, out var id);
            ids.Add(id);
            start = at + token.Length;
        }

        AddPlain(ids, rendered[start..]);
        return [.. ids];
    }

    private void AddPlain(List<int> ids, string text)
    {
        if (text.Length > 0) ids.AddRange(_tokenizer.Encode(text.Replace(_mark.ToString(), "", StringComparison.Ordinal)));
    }

    /// <summary>The first special token from a place on; the next place of each is remembered, so that the text is read once for each.</summary>
    private (int At, string Token) NextSpecial(string text, int start, List<int> places)
    {
        var best = (At: -1, Token: "");
        for (var i = 0; i < places.Count; i++)
        {
            var token = _specialTokens[i];
            if (places[i] >= 0 && places[i] < start) places[i] = text.IndexOf(token, start, StringComparison.Ordinal);
            var at = places[i];
            if (at >= 0 && (best.At < 0 || at < best.At || (at == best.At && token.Length > best.Token.Length)))
            {
                best = (at, token);
            }
        }

        return best;
    }
}
