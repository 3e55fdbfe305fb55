using Cairn.Models.Configuration;
using Cairn.Models.HuggingFace;
using Cairn.Models.Transformers;
using Cairn.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>Finds the place of every module of an adapter in a decoder, all of them or none.</summary>
internal sealed unsafe class AdapterBinder
{
    private readonly object _owner;
    private readonly AdapterFile _file;
    private readonly DecoderConfiguration _decoder;
    private readonly AdapterNames _names;
    private readonly ILookup<string, AdapterTarget> _targets;
    private readonly ThreadTeam _team;
    private readonly LowRankDelta?[] _deltas;
    private readonly List<IDisposable> _memory = [];
    private readonly SortedSet<string> _kinds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _bound = new(StringComparer.Ordinal);
    private EmbeddingDelta? _embedding;
    private EmbeddingTable? _replacedEmbedding;
    private WeightMatrix? _replacedOutput;
    private long _ownedBytes;

    private AdapterBinder(
        object owner, AdapterFile file, DecoderConfiguration decoder, IReadOnlyCollection<AdapterTarget> targets, ThreadTeam team)
    {
        _owner = owner;
        _file = file;
        _decoder = decoder;
        _names = new AdapterNames(file, decoder);
        _targets = targets.ToLookup(target => target.Tensor, StringComparer.Ordinal);
        _team = team;
        _deltas = new LowRankDelta?[targets.Max(target => target.Map) + 1];
    }

    /// <summary>Loads an adapter for a decoder.</summary>
    /// <param name="owner">The decoder.</param>
    /// <param name="file">The adapter.</param>
    /// <param name="decoder">The decoder's shape.</param>
    /// <param name="targets">All its linear maps; their indices count from 0.</param>
    /// <param name="team">Only named to <see cref="WeightMatrix"/>: nothing is packed, so it may be at work.</param>
    /// <exception cref="AdapterMismatchException">A module has no place in the decoder.</exception>
    /// <exception cref="ModelFormatException">A weight is NaN or infinite.</exception>
    public static LoraAdapter Bind(
        object owner, AdapterFile file, DecoderConfiguration decoder, IReadOnlyCollection<AdapterTarget> targets, ThreadTeam team)
    {
        var binder = new AdapterBinder(owner, file, decoder, targets, team);
        try
        {
            return binder.Bind();
        }
        catch
        {
            binder._memory.ForEach(memory => memory.Dispose());
            throw;
        }
    }

    private LoraAdapter Bind()
    {
        foreach (var module in _file.Modules) Bind(module);
        foreach (var replacement in _file.Replacements) Bind(replacement);
        RequireCompleteness();
        return new LoraAdapter(_owner, _file, _deltas, _memory)
        {
            Targets = [.. _kinds],
            OwnedBytes = _ownedBytes + (_embedding?.OwnedBytes ?? 0),
            Embedding = _embedding,
            ReplacedEmbedding = _replacedEmbedding,
            ReplacedOutput = _replacedOutput,
        };
    }

    private void Bind(AdapterModule module)
    {
        var place = _names.Find(module.Name);
        if (!_bound.Add(place.Name)) throw _names.Mismatch(module.Name, $"changes '{place.Name}' a second time");

        _kinds.Add(AdapterNames.KindOf(place.Name));
        var isTable = place.Name == _decoder.TensorNames.TokenEmbedding;
        if (isTable != (module.Kind != AdapterModuleKind.Linear))
        {
            throw _names.Mismatch(
                module.Name, "is another kind of matrix", isTable ? "matrices of an embedding" : "matrices of a linear map",
                isTable ? "matrices of a linear map" : "matrices of an embedding");
        }

        if (isTable) BindEmbedding(module);
        else BindLinear(module, place);
    }

    private void BindLinear(AdapterModule module, CanonicalTensor place)
    {
        AdapterTarget[] maps = [.. _targets[place.Name].OrderBy(target => target.FirstRow)];
        if (maps.Length == 0) throw _names.NoPlace(module.Name, place.Name);

        var outputs = maps.Sum(target => target.Weights.Rows);
        RequireShape(module.Name, outputs, maps[0].Weights.Columns, module.OutputSize, module.InputSize);
        var a = AdapterTensors.ReadFinite(_file.WeightsPath, module.A);
        var b = AdapterLayout.ToCanonicalRows(AdapterTensors.ReadFinite(_file.WeightsPath, module.B), module.Rank, place.Layout, _decoder.HeadDim);
        var magnitudes = module.Magnitude is { } vector
            ? AdapterLayout.ToCanonicalRows(AdapterTensors.ReadFinite(_file.WeightsPath, vector), 1, place.Layout, _decoder.HeadDim)
            : null;
        var weights = OwnMatrix(module.Name, a, module.Rank, module.InputSize);
        var transposed = Own(AdapterLayout.Transpose(b, outputs, module.Rank));
        foreach (var map in maps)
        {
            var (first, rows) = (map.FirstRow, map.Weights.Rows);
            var lengths = magnitudes is null
                ? null
                : RowLengths.Measure(map.Weights, a, b[(first * module.Rank)..((first + rows) * module.Rank)], magnitudes[first..(first + rows)]);
            _deltas[map.Map] = new LowRankDelta(place.Name, weights, transposed.Pointer + first, outputs, rows, module.Scale, lengths);
        }
    }

    private void BindEmbedding(AdapterModule module)
    {
        RequireShape(module.Name, _decoder.HiddenSize, _decoder.VocabularySize, module.OutputSize, module.InputSize);
        var a = AdapterTensors.ReadFinite(_file.WeightsPath, module.A);
        var b = AdapterTensors.ReadFinite(_file.WeightsPath, module.B);
        _embedding = new EmbeddingDelta(
            module.Rank,
            module.Kind == AdapterModuleKind.TransposedEmbedding ? a : AdapterLayout.Transpose(a, module.Rank, module.InputSize),
            AdapterLayout.Transpose(b, module.OutputSize, module.Rank),
            module.Scale);
    }

    private void Bind(AdapterReplacement replacement)
    {
        var place = _names.Find(replacement.Name);
        var isTable = place.Name == _decoder.TensorNames.TokenEmbedding;
        if (!isTable && place.Name != _decoder.TensorNames.Output)
        {
            throw _names.Mismatch(
                replacement.Name, "is replaced as a whole, which is possible for the token embedding and the output matrix only");
        }

        var weights = replacement.Weights;
        RequireShape(replacement.Name, _decoder.VocabularySize, _decoder.HiddenSize, weights.Rows, weights.Columns);
        _kinds.Add(AdapterNames.KindOf(place.Name));
        var matrix = OwnMatrix(
            replacement.Name, AdapterTensors.ReadFinite(_file.WeightsPath, weights), _decoder.VocabularySize, _decoder.HiddenSize);
        var isShared = replacement.IsBaseWeight && _decoder.HasTiedOutput;
        if (isTable || isShared) _replacedEmbedding = new EmbeddingTable(matrix);
        if (!isTable || isShared) _replacedOutput = matrix;
    }

    /// <summary>A module that the configuration means but the file lacks would be left out without a word.</summary>
    private void RequireCompleteness()
    {
        if (_file.Targets is not { IsOpen: false } rule) return;

        foreach (var tensor in _targets.Select(group => group.Key))
        {
            if (_bound.Contains(tensor) || !_names.TryInvert(tensor, out var module) || !rule.Contains(module)) continue;
            throw _names.Mismatch(module, "is one of the adapter's target modules, but its file has no matrices for it; the file is incomplete");
        }
    }

    private void RequireShape(string module, int rows, int columns, int gotRows, int gotColumns)
    {
        if (rows == gotRows && columns == gotColumns) return;
        throw _names.Mismatch(module, "changes a matrix of another shape", $"[{rows}, {columns}]", $"[{gotRows}, {gotColumns}]");
    }

    private WeightMatrix OwnMatrix(string name, float[] values, int rows, int columns)
    {
        var memory = Own(values);
        var matrix = WeightMatrix.Create(
            name, GgmlType.F32, (byte*)memory.Pointer, memory.SizeInBytes, rows, columns, ActivationType.Float32, _team);
        _memory.Add(matrix);
        return matrix;
    }

    private AlignedMemory<float> Own(float[] values)
    {
        var memory = new AlignedMemory<float>(values.Length, zeroed: false);
        _memory.Add(memory);
        values.CopyTo(memory.AsSpan());
        _ownedBytes += memory.SizeInBytes;
        return memory;
    }
}
