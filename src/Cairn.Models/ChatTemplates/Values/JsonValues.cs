using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>
/// Turns JSON into template values. A number with a fraction or exponent is a float, any other an integer.
/// </summary>
internal static class JsonValues
{
    public static Value From(JsonNode? node)
    {
        Fault.EnsureStack();
        return node switch
        {
            null => NoneValue.Instance,
            JsonObject mapping => FromObject(mapping),
            JsonArray array => new ListValue([.. array.Select(From)]),
            _ => FromScalar((JsonValue)node),
        };
    }

    private static MappingValue FromObject(JsonObject mapping)
    {
        var entries = MappingValue.NewEntries();
        foreach (var (key, value) in mapping)
        {
            entries[new StringValue(key)] = From(value);
        }

        return new MappingValue(entries);
    }

    private static Value FromScalar(JsonValue scalar) => scalar.GetValueKind() switch
    {
        JsonValueKind.String => new StringValue(scalar.GetValue<string>()),
        JsonValueKind.True => BooleanValue.True,
        JsonValueKind.False => BooleanValue.False,
        JsonValueKind.Number => FromNumber(scalar),
        _ => NoneValue.Instance,
    };

    private static Value FromNumber(JsonValue scalar)
    {
        // A CLR double that happens to be whole is written without a fraction, yet it is a float.
        if (!scalar.TryGetValue<JsonElement>(out _))
        {
            if (scalar.TryGetValue(out double real))
            {
                return new FloatValue(real);
            }

            if (scalar.TryGetValue(out float single))
            {
                return new FloatValue(single);
            }
        }

        var text = scalar.ToJsonString();
        if (text.AsSpan().ContainsAny('.', 'e', 'E'))
        {
            return new FloatValue(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
        }

        return text.Length > IntegerValue.MaxDigits
            ? throw Fault.Limit($"An integer has more than {IntegerValue.MaxDigits} digits.")
            : new IntegerValue(BigInteger.Parse(text, CultureInfo.InvariantCulture));
    }
}
