using System.Text;
using System.Text.Json;

namespace Cairn.Fuzz;

/// <summary>Spoils JSON: mostly members of the tree, sometimes bytes.</summary>
internal static class JsonMutator
{
    private static readonly Func<Random, string>[] OddValues =
    [
        _ => "null", _ => "true", _ => "false", _ => "0", _ => "-1", _ => "1", _ => "2", _ => "0.5", _ => "1e308", _ => "-1e-320",
        _ => "2147483647", _ => "2147483648", _ => "-2147483648", _ => "9223372036854775807", _ => "18446744073709551616", _ => "1e999",
        _ => "\"\"", _ => "\"a\"", _ => "\"\\ud800\"", _ => "\"../../../etc/passwd\"", _ => "\"\\u0000\"", _ => "[]", _ => "{}", _ => "[[]]",
        _ => "[0,1,2]", _ => "[-1]", _ => "[null]", _ => "{\"type\":\"x\"}", _ => "\"(a+)+$\"", _ => "\"(?<!(a|b)*)\\\\p{L}{1000}\"", _ => "\"[\"",
        random => $"\"{new string((char)('a' + random.Next(26)), random.Next(20_000))}\"",
        random => string.Concat(Enumerable.Repeat("[", random.Next(200))),
        random => { var depth = random.Next(100); return new string('[', depth) + new string(']', depth); },
        random => random.Next().ToString(System.Globalization.CultureInfo.InvariantCulture),
    ];

    /// <summary>Spoils content in one to three places.</summary>
    public static byte[] Mutate(byte[] content, Random random)
    {
        if (random.Next(4) == 0) return ByteMutator.Mutate(content, content.Length, random);

        for (var i = random.Next(1, 4); i > 0; i--)
        {
            if (Edit(content, random) is not { } edited) break;
            content = edited;
        }

        return content;
    }

    /// <summary>Replaces, removes, doubles or moves one value; null when the content is no JSON any more.</summary>
    private static byte[]? Edit(byte[] content, Random random)
    {
        var places = new List<(long Start, long End)>();
        try
        {
            Collect(content, places);
        }
        catch (JsonException)
        {
            return null;
        }

        if (places.Count == 0) return null;

        // A vocabulary has thousands of values: the first hundred, where settings are, count as much as the rest.
        var (start, end) = places[random.Next(random.Next(2) == 0 ? Math.Min(100, places.Count) : places.Count)];
        var (from, to) = places[random.Next(places.Count)];
        var replacement = random.Next(4) switch
        {
            0 => content[(int)from..(int)to],
            _ => Encoding.UTF8.GetBytes(OddValues[random.Next(OddValues.Length)](random)),
        };
        return [.. content[..(int)start], .. replacement, .. content[(int)end..]];
    }

    private static void Collect(byte[] content, List<(long Start, long End)> places)
    {
        var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = 256 });
        var open = new Stack<long>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    open.Push(reader.TokenStartIndex);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    places.Add((open.Pop(), reader.BytesConsumed));
                    break;
                case JsonTokenType.PropertyName:
                    break;
                default:
                    places.Add((reader.TokenStartIndex, reader.BytesConsumed));
                    break;
            }
        }
    }
}
