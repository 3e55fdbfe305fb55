using Cairn.Models.Gguf;

namespace Cairn.Models.Configuration;

/// <summary>Writes an architecture's own keys: the other direction of <see cref="GgufKeys"/>.</summary>
internal sealed class GgufKeyWriter(GgufWriter writer, string prefix)
{
    /// <summary>Adds a text.</summary>
    public void Add(string key, string value) => writer.Add(NameOf(key), value);

    /// <summary>Adds a whole number that is not negative.</summary>
    public void Add(string key, int value) => writer.Add(NameOf(key), (uint)value);

    /// <summary>Adds a real number.</summary>
    public void Add(string key, float value) => writer.Add(NameOf(key), value);

    /// <summary>Adds a real number unless it is what a missing key means.</summary>
    public void Add(string key, float value, float absent)
    {
        if (value != absent) Add(key, value);
    }

    /// <summary>Adds a truth value.</summary>
    public void Add(string key, bool value) => writer.Add(NameOf(key), value);

    /// <summary>Adds a list of truth values.</summary>
    public void Add(string key, IReadOnlyList<bool> values) => writer.Add(NameOf(key), values);

    private string NameOf(string key) => $"{prefix}.{key}";
}
