using Cairn.Tensors;

namespace Cairn.Models.Gguf;

/// <summary>Reads the tensor list of a GGUF file and checks every tensor against the rules and the file's size.</summary>
internal sealed class GgufTensorReader(MappedFile file, GgufCursor cursor, uint alignment)
{
    private readonly record struct Entry(string Name, GgmlType Type, long[] Shape, ulong Offset, long SizeInBytes, long At)
    {
        public UInt128 End => (UInt128)Offset + (ulong)SizeInBytes;
    }

    /// <summary>Reads the list.</summary>
    /// <param name="count">Number of tensors that the header claims.</param>
    /// <returns>Tensors in file order, with offsets from the start of the file.</returns>
    public List<TensorInfo> Read(ulong count)
    {
        var entries = new List<Entry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0UL; i < count; i++)
        {
            var entry = ReadEntry(i, count);
            if (!names.Add(entry.Name))
            {
                throw cursor.Error(
                    ModelFormatError.DuplicateTensor, $"tensor '{entry.Name}' is listed twice", null, null, entry.At, entry.Name);
            }

            entries.Add(entry);
        }

        return Place(entries);
    }

    private Entry ReadEntry(ulong index, ulong count)
    {
        var start = cursor.Position;
        var name = ReadName(index, count);
        var dimensions = cursor.ReadUInt32($"the dimension count of tensor '{name}'");
        if (dimensions is 0 or > GgufFormat.MaximumDimensions)
        {
            throw Bad(ModelFormatError.BadShape, name, "has an impossible number of dimensions", "1 to 4", $"{dimensions:N0}", start);
        }

        Span<ulong> sizes = stackalloc ulong[GgufFormat.MaximumDimensions];
        for (var i = 0; i < dimensions; i++) sizes[i] = cursor.ReadUInt64($"the shape of tensor '{name}'");
        sizes = sizes[..(int)dimensions];

        var number = cursor.ReadUInt32($"the type of tensor '{name}'");
        var type = (GgmlType)number;
        if (!TensorTypeLayout.TryGet(type, out var layout) || number > int.MaxValue)
        {
            throw Bad(ModelFormatError.UnknownType, name, "has an unknown or retired type", "a type number of ggml", $"{number}", start);
        }

        var offset = cursor.ReadUInt64($"the offset of tensor '{name}'");
        return new Entry(name, type, Reverse(sizes), offset, Measure(name, sizes, type, layout, start), start);
    }

    private string ReadName(ulong index, ulong count)
    {
        var start = cursor.Position;
        try
        {
            var name = cursor.ReadName("a tensor name", GgufFormat.MaximumNameBytes, ModelFormatError.BadTensor);
            return name.Length > 0 ? name : throw cursor.Error(
                ModelFormatError.Truncated, "the tensor list ends early: an entry has no name", $"{count:N0} tensors", $"{index:N0}", start);
        }
        catch (ModelFormatException exception) when (index == 0 && exception.Kind == ModelFormatError.BadLength)
        {
            throw new ModelFormatException(
                ModelFormatError.BadMetadata, file.Path,
                "no tensor list follows the metadata; the header's metadata count does not fit the metadata",
                offset: start, innerException: exception);
        }
    }

    private static long[] Reverse(ReadOnlySpan<ulong> sizes)
    {
        var shape = new long[sizes.Length];
        for (var i = 0; i < shape.Length; i++) shape[i] = unchecked((long)sizes[^(i + 1)]);
        return shape;
    }

    private long Measure(string name, ReadOnlySpan<ulong> sizes, GgmlType type, TensorTypeLayout layout, long start)
    {
        var rows = (UInt128)1;
        foreach (var size in sizes)
        {
            if (size is 0 or > int.MaxValue)
            {
                throw Bad(ModelFormatError.BadShape, name, "has an impossible dimension", $"1 to {int.MaxValue:N0}", $"{size:N0}", start);
            }
        }

        foreach (var size in sizes[1..]) rows *= size;
        if (rows > int.MaxValue)
        {
            throw Bad(ModelFormatError.BadShape, name, "has too many rows", $"at most {int.MaxValue:N0}", $"{rows:N0}", start);
        }

        return layout.SizeInBytes((long)sizes[0], (long)rows) ?? throw Bad(
            ModelFormatError.BadShape, name, $"has rows that do not fill blocks of {type}",
            $"a multiple of {layout.BlockSize}", $"{sizes[0]:N0}", start);
    }

    private List<TensorInfo> Place(List<Entry> entries)
    {
        CheckAlignment(entries);
        CheckOverlap(entries);
        var dataStart = GgufFormat.Align(cursor.Position, alignment);
        var tensors = new List<TensorInfo>(entries.Count);
        foreach (var entry in entries)
        {
            var end = (ulong)dataStart + entry.End;
            if (end > (ulong)file.Length) throw PastEnd(entry, dataStart, end);

            tensors.Add(new TensorInfo(entry.Name, entry.Type, entry.Shape, dataStart + (long)entry.Offset, entry.SizeInBytes));
        }

        return tensors;
    }

    private void CheckAlignment(List<Entry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Offset % alignment == 0) continue;

            throw Bad(
                ModelFormatError.BadAlignment, entry.Name, "is not aligned",
                $"an offset that is a multiple of {alignment}", $"{entry.Offset:N0}", entry.At);
        }
    }

    private void CheckOverlap(List<Entry> entries)
    {
        Entry? last = null;
        foreach (var entry in entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.SizeInBytes))
        {
            if (last is { } before && entry.Offset < before.End)
            {
                throw Bad(
                    ModelFormatError.Overlap, entry.Name, $"overlaps tensor '{before.Name}'",
                    $"an offset of {before.End:N0} or more", $"{entry.Offset:N0}", entry.At);
            }

            last = entry;
        }
    }

    /// <summary>A whole file's data is padded to the alignment, so a ragged end means that bytes are missing.</summary>
    private ModelFormatException PastEnd(Entry entry, long dataStart, UInt128 end)
    {
        var data = file.Length - dataStart;
        var truncated = data <= 0 || data % alignment != 0;
        return Bad(
            truncated ? ModelFormatError.Truncated : ModelFormatError.OutOfBounds, entry.Name,
            truncated ? "ends after the file does; the download is probably incomplete" : "lies outside the file",
            $"an end at or before byte {file.Length:N0}", $"byte {end:N0}", entry.At);
    }

    private ModelFormatException Bad(
        ModelFormatError kind, string tensor, string problem, string expected, string got, long offset)
        => cursor.Error(kind, $"tensor '{tensor}' {problem}", expected, got, offset, tensor);
}
