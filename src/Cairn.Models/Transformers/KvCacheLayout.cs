using Cairn.Models.Configuration;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>
/// Where the layers of a decoder lie in its caches: layers that see as far back as each other form a group, and a block of a
/// group holds 128 positions of all its layers, [layer, key/value head]. So blocks that a window has left can go while
/// those of the other layers stay.
/// </summary>
internal sealed class KvCacheLayout
{
    private readonly KvLayerPlace[] _places;
    private readonly int[] _windows; // of each group
    private readonly long[] _blockBytes;

    /// <param name="head">A head's keys and values in a block.</param>
    /// <param name="kvHeadCount">Key/value heads of a layer.</param>
    /// <param name="windows">Positions that each layer sees; 0 for all.</param>
    public KvCacheLayout(KvBlockLayout head, int kvHeadCount, params ReadOnlySpan<int> windows)
    {
        Head = head;
        LayerBytes = head.HeadBytes * kvHeadCount;
        _windows = [.. windows.ToArray().Distinct()];
        _blockBytes = new long[_windows.Length];
        _places = new KvLayerPlace[windows.Length];
        for (int layer = 0; layer < windows.Length; layer++)
        {
            int group = Array.IndexOf(_windows, windows[layer]);
            _places[layer] = new KvLayerPlace(group, _blockBytes[group]);
            _blockBytes[group] += LayerBytes;
        }
    }

    /// <summary>A head's keys and values in a block.</summary>
    public KvBlockLayout Head { get; }

    /// <summary>Bytes of a layer in a block.</summary>
    public long LayerBytes { get; }

    /// <summary>Groups of layers.</summary>
    public int GroupCount => _windows.Length;

    /// <summary>The layout of a decoder's caches.</summary>
    public static KvCacheLayout Of(DecoderConfiguration configuration, KvElementType type)
    {
        var windows = new int[configuration.LayerCount];
        for (int layer = 0; layer < windows.Length; layer++)
            windows[layer] = configuration.WindowOf(layer);

        return new KvCacheLayout(new KvBlockLayout(configuration.HeadDim, type), configuration.KvHeadCount, windows);
    }

    /// <summary>Where a layer lies.</summary>
    public KvLayerPlace PlaceOf(int layer) => _places[layer];

    /// <summary>Positions that the layers of a group see; 0 for all.</summary>
    public int WindowOf(int group) => _windows[group];

    /// <summary>Bytes of a block of a group.</summary>
    public long BlockBytes(int group) => _blockBytes[group];
}
