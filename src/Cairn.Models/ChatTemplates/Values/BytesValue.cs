namespace Cairn.Models.ChatTemplates.Values;

/// <summary>
/// Python's <c>bytes</c>, as <c>str.encode</c> makes them: they can be printed, counted and compared.
/// </summary>
internal sealed class BytesValue(byte[] bytes) : Value
{
    private readonly byte[] _bytes = bytes;

    public override string TypeName => "bytes";

    public override bool IsTrue => _bytes.Length > 0;

    public override int? Length => _bytes.Length;

    public override bool HasItems => true;

    public override IEnumerable<Value> Items => _bytes.Select(item => new IntegerValue(item));

    public override Value? FindItem(Value key) => PythonNumbers.ToClampedInt32(key) is { } index &&
        (index < 0 ? index + _bytes.Length : index) is var at && at >= 0 && at < _bytes.Length
            ? new IntegerValue(_bytes[at])
            : null;

    public override void Represent(BoundedText text)
    {
        var quote = _bytes.Contains((byte)'\'') && !_bytes.Contains((byte)'"') ? '"' : '\'';
        text.Append('b').Append(quote);
        foreach (var item in _bytes)
        {
            text.Append(item switch
            {
                (byte)'\n' => "\\n",
                (byte)'\r' => "\\r",
                (byte)'\t' => "\\t",
                (byte)'\\' => "\\\\",
                < 0x20 or > 0x7e => $"\\x{item:x2}",
                _ when item == quote => "\\" + quote,
                _ => ((char)item).ToString(),
            });
        }

        text.Append(quote);
    }

    public override bool EqualTo(Value other) =>
        other is BytesValue bytes && bytes._bytes.AsSpan().SequenceEqual(_bytes);

    public override int Hash()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }
}
