using System.Text;

namespace Cairn.Models.Tokenizers;

/// <summary>Turns ids into text one at a time and never emits half a character.</summary>
/// <remarks>
/// Bytes that may still become a character are held back. What cannot become valid is replaced at once, one U+FFFD for
/// each maximal invalid part (Unicode 16, section 3.9, "U+FFFD substitution of maximal subparts"). The pieces joined
/// equal <see cref="Tokenizer.Decode"/> of all ids. The first two bytes of a surrogate (ED A0–BF), which never become valid,
/// are judged together with the third, as the reference decoders do. For one sequence and one thread.
/// </remarks>
public sealed class IncrementalDetokenizer
{
    private const byte SurrogateLead = 0xED;

    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecial;
    private readonly Decoder _decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetDecoder();
    private char[] _buffer = new char[64];
    private byte[] _bytes = new byte[64];
    private int _held;
    private bool _endsWithSurrogateLead;
    private bool _hasStarted;

    /// <summary>Starts a sequence.</summary>
    /// <param name="tokenizer">Spells the ids.</param>
    /// <param name="skipSpecial">Leaves special tokens out of the text.</param>
    public IncrementalDetokenizer(Tokenizer tokenizer, bool skipSpecial = false)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _skipSpecial = skipSpecial;
    }

    /// <summary>Takes the next id and returns the text that is now certain; often one token's, sometimes nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such id.</exception>
    public string Append(int id)
    {
        var bytes = _tokenizer.GetTokenBytes(id);
        if (_skipSpecial && _tokenizer.IsSpecial(id)) return "";

        if (!_hasStarted && bytes.Length > 0)
        {
            _hasStarted = true;
            bytes = DropLeadingSpace(bytes);
        }

        return Decode(bytes, flush: false);
    }

    /// <summary>Ends the sequence: an unfinished character becomes U+FFFD. The instance can then start a new one.</summary>
    public string Flush()
    {
        _hasStarted = false;
        return Decode([], flush: true);
    }

    private ReadOnlySpan<byte> DropLeadingSpace(ReadOnlySpan<byte> bytes) => _tokenizer.LeadingSpace switch
    {
        LeadingSpace.DropOne => bytes[0] == (byte)' ' ? bytes[1..] : bytes,
        LeadingSpace.DropAll => bytes.TrimStart((byte)' '),
        _ => bytes,
    };

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var count = _held + bytes.Length;
        if (_bytes.Length < count) Array.Resize(ref _bytes, count * 2);
        bytes.CopyTo(_bytes.AsSpan(_held));

        _held = !flush && EndsInSurrogate(count) ? 1 : 0;
        var ready = _bytes.AsSpan(0, count - _held);
        if (ready.Length > 0) _endsWithSurrogateLead = ready[^1] == SurrogateLead;

        if (_buffer.Length < count + 4) _buffer = new char[(count + 4) * 2];
        var written = _decoder.GetChars(ready, _buffer, flush);
        if (_held > 0) _bytes[0] = _bytes[count - 1];
        if (flush) _endsWithSurrogateLead = false;
        return written == 0 ? "" : new string(_buffer, 0, written);
    }

    /// <summary>Whether the bytes end after the second byte of a surrogate, of which the first may have gone before.</summary>
    private bool EndsInSurrogate(int count) =>
        count > 0
        && _bytes[count - 1] is >= 0xA0 and <= 0xBF
        && (count > 1 ? _bytes[count - 2] == SurrogateLead : _endsWithSurrogateLead);
}
