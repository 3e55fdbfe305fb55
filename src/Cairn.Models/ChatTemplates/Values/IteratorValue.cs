namespace Cairn.Models.ChatTemplates.Values;

/// <summary>
/// Python's one-way iterators and generators, as <c>map</c>, <c>select</c> and <c>reverse</c> return them: items are
/// made on demand, each only once, and there is no length.
/// </summary>
internal sealed class IteratorValue(string typeName, IEnumerable<Value> source) : Value
{
    private readonly IEnumerator<Value> _source = source.GetEnumerator();

    public override string TypeName => typeName;

    public override IEnumerable<Value> Items
    {
        get
        {
            while (_source.MoveNext())
            {
                yield return _source.Current;
            }
        }
    }

    public static IteratorValue Generator(IEnumerable<Value> source) => new("generator", source);

    public override void Represent(BoundedText text) => text.Append('<').Append(typeName).Append(" object>");
}
