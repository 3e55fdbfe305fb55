using Cairn.Models.Adapters;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Transformers;
using Cairn.Tensors;

namespace Cairn.Models.Tests.Transformers;

/// <summary>A decoder with its threads, and the few calls that the tests need.</summary>
internal sealed class TestDecoder : IDisposable
{
    private readonly ThreadTeam _team;
    private readonly ForwardBatch _batch = new();

    public TestDecoder(string path, ActivationType activation, int threads = 2)
    {
        _team = new ThreadTeam(threads);
        var options = new TransformerOptions { Team = _team, Activation = activation };
        Decoder = Directory.Exists(path) ? LoadFolder(path, options) : TransformerDecoder.Load(GgufFile.Open(path), options);
    }

    public TransformerDecoder Decoder { get; }

    /// <summary>Adapters of every sequence that is run from now on.</summary>
    public AdapterSet Adapters { get; set; } = AdapterSet.Empty;

    /// <summary>Logits after every token of a sequence that is fed in parts of the given lengths (the last repeats).</summary>
    public float[][] Logits(ReadOnlySpan<int> ids, params ReadOnlySpan<int> parts)
    {
        using KvCache cache = Decoder.CreateCache(ids.Length);
        return Logits(cache, ids, parts);
    }

    public float[][] Logits(KvCache cache, ReadOnlySpan<int> ids, params ReadOnlySpan<int> parts)
    {
        var result = new List<float[]>();
        int part = 0;
        for (int start = 0; start < ids.Length;)
        {
            int length = parts.IsEmpty ? 64 : parts[Math.Min(part++, parts.Length - 1)];
            length = Math.Min(length, ids.Length - start);
            _batch.Clear();
            _batch.Add(cache, ids.Slice(start, length), LogitsRows.All, Adapters);
            Decoder.Forward(_batch, CancellationToken.None);
            for (int i = 0; i < length; i++)
                result.Add(_batch.GetLogits(i).ToArray());

            start += length;
        }

        return [.. result];
    }

    private static TransformerDecoder LoadFolder(string path, TransformerOptions options)
    {
        HuggingFaceModel model = HuggingFaceModel.Open(path);
        return TransformerDecoder.Load(model, model.Decoder!, options);
    }

    public void Dispose()
    {
        _batch.Dispose();
        Decoder.Dispose();
        _team.Dispose();
    }

    /// <summary>ln Σ e^x in double precision.</summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        double maximum = double.NegativeInfinity;
        foreach (float logit in logits)
            maximum = Math.Max(maximum, logit);

        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - maximum);

        return maximum + Math.Log(sum);
    }

    public static int ArgMax(ReadOnlySpan<float> logits) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits);
}
