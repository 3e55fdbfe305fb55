using System.Text;
using Cairn.Models;
using Cairn.Models.Gguf;
using Cairn.Tensors;

namespace Cairn.Hub.Quantization;

/// <summary>Importance matrices on disk, in the two forms of llama.cpp's <c>imatrix</c>.</summary>
/// <remarks>
/// GGUF: for each matrix a tensor <c>NAME.in_sum2</c> [matrices, columns] with Σ x² and <c>NAME.counts</c> [matrices, 1]
/// with the number of tokens; <c>general.type</c> is <c>imatrix</c>. The older binary form, little-endian: number of
/// entries; for each the length of its name, the name, the number of calls, the number of values, the values (float32);
/// then perhaps the number of chunks and the name of the text. Cairn writes the first form.
/// </remarks>
public static class ImportanceMatrixFile
{
    private const string TypeKey = "general.type";
    private const string TypeName = "imatrix";
    private const string DatasetsKey = "imatrix.datasets";
    private const string ChunkCountKey = "imatrix.chunk_count";
    private const string ChunkSizeKey = "imatrix.chunk_size";
    private const string SumSuffix = ".in_sum2";
    private const string CountSuffix = ".counts";
    private const long MaximumLegacyBytes = 1L << 30;
    private const int MaximumNameBytes = 1024;

    /// <summary>Reads a file of either form.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">It is broken, or a weight is negative or not finite.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ImportanceMatrix Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return IsGguf(path) ? ReadGguf(path) : ReadLegacy(path);
    }

    /// <summary>Writes a GGUF file; an existing one is replaced when the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sums">Σ x² of each matrix, [matrices, columns].</param>
    /// <param name="dataset">The text's name.</param>
    /// <param name="chunkCount">Windows of the text.</param>
    /// <param name="chunkSize">Tokens of a window.</param>
    public static void Write(string path, IReadOnlyDictionary<string, ImportanceSums> sums, string dataset, int chunkCount, int chunkSize)
    {
        ArgumentNullException.ThrowIfNull(sums);
        var writer = new GgufWriter();
        writer.Add(TypeKey, TypeName);
        writer.Add(DatasetsKey, [dataset]);
        writer.Add(ChunkCountKey, (uint)chunkCount);
        writer.Add(ChunkSizeKey, (uint)chunkSize);
        foreach (var (name, entry) in sums.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            AddFloats(writer, name + SumSuffix, entry.Squares, entry.Counts.Length);
            AddFloats(writer, name + CountSuffix, entry.Counts, entry.Counts.Length);
        }

        writer.Write(path);
    }

    private static void AddFloats(GgufWriter writer, string name, float[] values, int rows)
    {
        writer.AddTensor(name, GgmlType.F32, [rows, values.Length / rows], stream =>
        {
            var bytes = new byte[values.Length * sizeof(float)];
            BlockFormat.Get(GgmlType.F32).Quantize(values, bytes);
            stream.Write(bytes);
        });
    }

    private static bool IsGguf(string path)
    {
        using var stream = File.OpenRead(path);
        Span<byte> head = stackalloc byte[4];
        return stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head.SequenceEqual("GGUF"u8);
    }

    private static ImportanceMatrix ReadGguf(string path)
    {
        using var file = GgufFile.Open(path);
        if (file.Metadata.GetString(TypeKey) is var type && type != TypeName)
        {
            throw new ModelFormatException(ModelFormatError.BadValue, path, "this GGUF file is no importance matrix", $"'{TypeName}'", $"'{type}'");
        }

        var entries = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var tensor in file.Tensors.Where(tensor => tensor.Name.EndsWith(SumSuffix, StringComparison.Ordinal)))
        {
            var name = tensor.Name[..^SumSuffix.Length];
            if (!file.TryGetTensor(name + CountSuffix, out var counts))
            {
                throw new ModelFormatException(
                    ModelFormatError.MissingTensor, path, $"'{name}' has sums but no counts", $"'{name}{CountSuffix}'", tensor: tensor.Name);
            }

            file.TryGetTensor(tensor.Name, out var sums);
            entries[name] = ToMeans(path, sums, counts);
        }

        file.Metadata.TryGetStrings(DatasetsKey, out var datasets);
        file.Metadata.TryGetUInt32(ChunkCountKey, out var chunks);
        return Create(path, entries, string.Join(", ", datasets ?? []), (int)Math.Min(chunks, int.MaxValue));
    }

    private static float[] ToMeans(string path, TensorView sums, TensorView counts)
    {
        if (sums.Info.Type != GgmlType.F32 || counts.Info.Type != GgmlType.F32 || counts.Info.ElementCount != sums.Rows)
        {
            throw new ModelFormatException(
                ModelFormatError.BadShape, path, $"the counts of '{sums.Info.Name}' do not fit its sums",
                $"{sums.Rows:N0} of type F32", $"{counts.Info}", counts.Info.Offset, counts.Info.Name);
        }

        var (values, tokens) = (sums.ToFloats(), counts.ToFloats());
        for (var i = 0; i < values.Length; i++)
        {
            var count = tokens[i / sums.Columns];
            values[i] = count > 0 ? values[i] / count : 1; // a matrix that saw no token: all columns alike
        }

        return values;
    }

    private static ImportanceMatrix ReadLegacy(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > MaximumLegacyBytes)
        {
            throw new ModelFormatException(
                ModelFormatError.BadLength, path, "the file is too large to be an importance matrix", $"at most {MaximumLegacyBytes:N0} bytes", $"{length:N0}");
        }

        using var reader = new BinaryReader(File.OpenRead(path));
        try
        {
            var entries = new Dictionary<string, float[]>(StringComparer.Ordinal);
            var count = ReadLength(reader, "entries", (length - 4) / 16);
            for (var i = 0; i < count; i++) ReadEntry(reader, entries);

            var hasTail = reader.BaseStream.Position < length;
            var chunks = hasTail ? reader.ReadInt32() : 0;
            var dataset = reader.BaseStream.Position < length ? ReadText(reader) : "";
            return Create(path, entries, dataset, Math.Max(0, chunks));
        }
        catch (EndOfStreamException exception)
        {
            throw new ModelFormatException(
                ModelFormatError.Truncated, path, "the file ends inside an entry; it is no importance matrix, or not all of it",
                offset: length, innerException: exception);
        }

        int ReadLength(BinaryReader source, string what, long most)
        {
            var offset = source.BaseStream.Position;
            var number = source.ReadInt32();
            return number > 0 && number <= most ? number : throw new ModelFormatException(
                ModelFormatError.BadCount, path, $"the file is no importance matrix: an impossible number of {what}",
                $"1 to {Math.Max(1, most):N0}", $"{number:N0}", offset);
        }

        string ReadText(BinaryReader source)
        {
            var size = ReadLength(source, "characters", Math.Min(MaximumNameBytes, length - source.BaseStream.Position - 4));
            return Encoding.UTF8.GetString(source.ReadBytes(size));
        }

        void ReadEntry(BinaryReader source, Dictionary<string, float[]> entries)
        {
            var offset = source.BaseStream.Position;
            var name = ReadText(source);
            var calls = ReadLength(source, "calls", int.MaxValue);
            var values = new float[ReadLength(source, "values", (length - source.BaseStream.Position - 4) / sizeof(float))];
            for (var i = 0; i < values.Length; i++) values[i] = source.ReadSingle() / calls;
            if (entries.TryAdd(name, values)) return;

            throw new ModelFormatException(ModelFormatError.DuplicateTensor, path, "one matrix has two entries", offset: offset, tensor: name);
        }
    }

    private static ImportanceMatrix Create(string path, Dictionary<string, float[]> entries, string dataset, int chunks)
    {
        if (entries.Count == 0)
        {
            throw new ModelFormatException(ModelFormatError.BadCount, path, "the importance matrix has no entries", "at least one", "0");
        }

        foreach (var (name, values) in entries)
        {
            var bad = Array.FindIndex(values, value => !(value >= 0 && float.IsFinite(value)));
            if (bad < 0) continue;

            throw new ModelFormatException(
                ModelFormatError.NotFinite, path, $"the importance of '{name}' is no weight", "finite numbers from 0", $"{values[bad]} at {bad}", tensor: name);
        }

        return new ImportanceMatrix(entries, path, dataset, chunks);
    }
}
