using Cairn.Models.Safetensors;
using Cairn.Tensors;

namespace Cairn.Models.HuggingFace;

/// <summary>A canonical tensor and the parts of the folder that it is made of; made at the first request.</summary>
internal sealed unsafe class FolderTensor : IDisposable
{
    private readonly IReadOnlyList<TensorInfo> _parts;
    private readonly TensorLayout _layout;
    private readonly float[] _computed;
    private AlignedMemory<byte>? _memory;

    private FolderTensor(TensorInfo info, TensorLayout layout, IReadOnlyList<TensorInfo> parts, float[] computed) =>
        (Info, _layout, _parts, _computed) = (info, layout, parts, computed);

    /// <summary>The canonical tensor.</summary>
    public TensorInfo Info { get; }

    /// <summary>A tensor that the folder holds, perhaps in another layout.</summary>
    /// <param name="info">What it is in the canonical layout.</param>
    /// <param name="layout">What has to be done for that.</param>
    /// <param name="part">What the folder has.</param>
    public static FolderTensor FromWhole(TensorInfo info, TensorLayout layout, TensorInfo part) => new(info, layout, [part], []);

    /// <summary>The matrices of all experts, stacked.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="name">Canonical name of the stack.</param>
    /// <param name="parts">The matrices by the experts' numbers.</param>
    /// <exception cref="ModelFormatException">An expert is missing, or they differ in shape or type.</exception>
    public static FolderTensor FromExperts(string path, string name, SortedDictionary<int, TensorInfo> parts)
    {
        var ordered = parts.Values.ToList();
        var first = ordered[0];
        if (parts.Keys.Last() != ordered.Count - 1)
        {
            throw new ModelFormatException(
                ModelFormatError.MissingTensor, path, $"the experts of '{name}' are not complete",
                $"numbers 0 to {parts.Keys.Last()}", $"{ordered.Count} matrices", tensor: first.Name);
        }

        var odd = ordered.Find(part => part.TypeName != first.TypeName || !part.Shape.SequenceEqual(first.Shape));
        if (odd is not null)
        {
            throw new ModelFormatException(
                ModelFormatError.BadShape, path, $"tensor '{odd.Name}' differs from the first expert's",
                $"{first.TypeName} {first.ShapeText}", $"{odd.TypeName} {odd.ShapeText}", odd.Offset, odd.Name);
        }

        var info = first with
        {
            Name = name,
            Shape = [ordered.Count, .. first.Shape],
            SizeInBytes = ordered.Sum(part => part.SizeInBytes),
        };
        return new FolderTensor(info, TensorLayout.Same, ordered, []);
    }

    /// <summary>A vector that the configuration implies.</summary>
    public static FolderTensor FromValues(string name, float[] values) => new(
        new TensorInfo(name, GgmlType.F32, [values.Length], 0, (long)values.Length * sizeof(float)), TensorLayout.Same, [], values);

    /// <summary>The tensor's memory: in the mapped file where the layout is the folder's, else a copy.</summary>
    public TensorView Open(SafetensorsFolder weights, LayoutSizes sizes)
    {
        if (_layout == TensorLayout.Same && _parts is [var only]) return new TensorView(Info, Find(weights, only).Data);

        if (_memory is null)
        {
            var memory = new AlignedMemory<byte>(Info.SizeInBytes, zeroed: false);
            Fill(weights, sizes, memory);
            _memory = memory;
        }

        return new TensorView(Info, _memory.Pointer);
    }

    /// <summary>Frees the copy and lets the file's pages leave memory.</summary>
    public void Release(SafetensorsFolder weights)
    {
        Dispose();
        foreach (var part in _parts) weights.Release(Find(weights, part));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory?.Dispose();
        _memory = null;
    }

    private void Fill(SafetensorsFolder weights, LayoutSizes sizes, AlignedMemory<byte> memory)
    {
        _computed.CopyTo(new Span<float>(memory.Pointer, _computed.Length));
        var target = memory.Pointer;
        foreach (var part in _parts)
        {
            TensorLayouts.Apply(Find(weights, part), _layout, sizes, target);
            target += part.SizeInBytes; // only stacks have several parts, and theirs keep their size
        }
    }

    private static TensorView Find(SafetensorsFolder weights, TensorInfo part) => weights.TryGetTensor(part.Name, out var view)
        ? view
        : throw new InvalidOperationException($"Tensor '{part.Name}' is no longer there.");
}
