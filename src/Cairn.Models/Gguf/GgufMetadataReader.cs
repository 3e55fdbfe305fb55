namespace Cairn.Models.Gguf;

/// <summary>Walks the metadata of a GGUF file and notes where each value lies, checking every count and length.</summary>
internal sealed class GgufMetadataReader(MappedFile file, GgufCursor cursor)
{
    /// <summary>Reads all entries.</summary>
    /// <param name="count">Number of entries that the header claims.</param>
    public List<GgufMetadataEntry> Read(ulong count)
    {
        var entries = new List<GgufMetadataEntry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0UL; i < count; i++)
        {
            var start = cursor.Position;
            var key = cursor.ReadName("a metadata key", GgufFormat.MaximumNameBytes, ModelFormatError.BadMetadata);
            if (key.Length == 0)
            {
                throw cursor.Error(ModelFormatError.BadMetadata, "a metadata key is empty", null, null, start);
            }

            if (!keys.Add(key))
            {
                throw cursor.Error(ModelFormatError.DuplicateKey, $"metadata key '{key}' appears twice", null, null, start);
            }

            entries.Add(ReadEntry(key));
        }

        return entries;
    }

    private GgufMetadataEntry ReadEntry(string key)
    {
        var type = ReadType(key);
        if (type != GgufValueType.Array)
        {
            var start = cursor.Position;
            SkipValue(key, type);
            return new GgufMetadataEntry(key, type, null, 1, start, cursor.Position - start);
        }

        var (element, count) = ReadArrayHeader(key);
        var first = cursor.Position;
        SkipElements(key, element, count, 1);
        return new GgufMetadataEntry(key, type, element, count, first, cursor.Position - first);
    }

    private GgufValueType ReadType(string key)
    {
        var start = cursor.Position;
        var number = cursor.ReadUInt32($"the type of '{key}'");
        return number <= (uint)GgufValueType.Float64
            ? (GgufValueType)number
            : throw cursor.Error(
                ModelFormatError.BadType, $"the value of '{key}' has an unknown type", "0 to 12", $"{number}", start);
    }

    private (GgufValueType Element, long Count) ReadArrayHeader(string key)
    {
        var element = ReadType(key);
        var start = cursor.Position;
        var count = cursor.ReadUInt64($"the length of '{key}'");
        var width = element switch
        {
            GgufValueType.String => 8,
            GgufValueType.Array => 12,
            _ => GgufFormat.WidthOf(element),
        };
        var most = (ulong)(file.Length / width);
        if (count > most || count > int.MaxValue)
        {
            throw cursor.Error(
                ModelFormatError.BadCount, $"the list '{key}' claims more elements than the file can hold",
                $"at most {most:N0}", $"{count:N0}", start);
        }

        return (element, (long)count);
    }

    private void SkipValue(string key, GgufValueType type)
    {
        var start = cursor.Position;
        if (type == GgufValueType.String)
        {
            cursor.SkipString($"the text of '{key}'");
            return;
        }

        var bytes = cursor.Take(GgufFormat.WidthOf(type), $"the value of '{key}'");
        if (type == GgufValueType.Boolean && bytes[0] > 1)
        {
            throw cursor.Error(
                ModelFormatError.BadMetadata, $"'{key}' is no truth value", "0 or 1", $"{bytes[0]}", start);
        }
    }

    private void SkipElements(string key, GgufValueType type, long count, int depth)
    {
        switch (type)
        {
            case GgufValueType.String:
                for (var i = 0L; i < count; i++) cursor.SkipString($"a text of '{key}'");
                break;
            case GgufValueType.Array:
                if (depth >= GgufFormat.MaximumNesting)
                {
                    throw cursor.Error(
                        ModelFormatError.BadMetadata, $"the lists of '{key}' are nested too deeply",
                        $"at most {GgufFormat.MaximumNesting} levels", "more", cursor.Position);
                }

                for (var i = 0L; i < count; i++)
                {
                    var (element, inner) = ReadArrayHeader(key);
                    SkipElements(key, element, inner, depth + 1);
                }

                break;
            default:
                cursor.Skip(count * GgufFormat.WidthOf(type), $"the list '{key}'");
                break;
        }
    }
}
