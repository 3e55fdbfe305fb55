using System.Text.Json;
using Cairn.Models.Gguf;
using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>Every decoder family with float activations, against <c>golden/architectures</c>.</summary>
/// <remarks>
/// Weights are numbers that float32, float16 and bfloat16 all hold, so F16 files have the same reference. The tolerance is
/// the golden's own, absolute. llama.cpp's file of Mistral does not name the sliding window: it is compared with the
/// variant without one.
/// </remarks>
public sealed class DecoderGoldenTests(ITestOutputHelper output)
{
    /// <summary>GGUF file or Hugging Face folder, folder with what is expected.</summary>
    public static TheoryData<string, string> Models { get; } = new()
    {
        { "llama2/gguf/llama2-f16", "llama2" },
        { "llama3/gguf/llama3-f16", "llama3" },
        { "llama-linear/gguf/llama-linear-f16", "llama-linear" },
        { "llama-yarn/gguf/llama-yarn-f16", "llama-yarn" },
        { "mistral/gguf/mistral-f16", "mistral/variants/no-window" },
        { "qwen2/gguf/qwen2-f16", "qwen2" },
        { "qwen3/gguf/qwen3-f16", "qwen3" },
        { "qwen3-moe/gguf/qwen3-moe-f16", "qwen3-moe" },
        { "mixtral/gguf/mixtral-f16", "mixtral" },
        { "gemma2/gguf/gemma2-f16", "gemma2" },
        { "gemma3/gguf/gemma3-f16", "gemma3" },
        { "phi3/gguf/phi3-f16", "phi3" },
        { "phi3-longrope/gguf/phi3-longrope-f16", "phi3-longrope" },
        { "granite/gguf/granite-f32", "granite" },
        { "olmo2/gguf/olmo2-f16", "olmo2" },
        { "gpt2/gguf/gpt2-f16", "gpt2" },
        { "llama2/hf", "llama2" },
        { "llama3/hf", "llama3" },
        { "llama-linear/hf", "llama-linear" },
        { "llama-yarn/hf", "llama-yarn" },
        { "mistral/hf", "mistral" },
        { "qwen2/hf", "qwen2" },
        { "qwen3/hf", "qwen3" },
        { "qwen3-moe/hf", "qwen3-moe" },
        { "mixtral/hf", "mixtral" },
        { "gemma2/hf", "gemma2" },
        { "gemma3/hf", "gemma3" },
        { "phi3/hf", "phi3" },
        { "phi3-longrope/hf", "phi3-longrope" },
        { "granite/hf", "granite" },
        { "olmo2/hf", "olmo2" },
        { "gpt2/hf", "gpt2" },
        { "mistral/variants/no-window", "mistral/variants/no-window" }, // another config.json on the weights of the folder
        { "phi3/variants/no-window", "phi3/variants/no-window" },
        { "gemma2/variants/qpas24", "gemma2/variants/qpas24" },
    };

    /// <summary>Those whose golden has more than logits: variants do not.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> WholeModels =>
        Models.Where(row => !row.Data.Item2.Contains("/variants/", StringComparison.Ordinal));

    /// <summary>Quantised GGUF file, folder, type.</summary>
    public static TheoryData<string, string, string> QuantizedModels { get; } = new()
    {
        { "llama-256/gguf/llama-256-q4_k_m", "llama-256", "q4_k_m" },
        { "llama-256/gguf/llama-256-mixed", "llama-256", "mixed" },
        { "qwen3/gguf/qwen3-q8_0", "qwen3", "q8_0" },
        { "qwen3/gguf/qwen3-q4_0", "qwen3", "q4_0" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_equal_the_reference_however_the_prompt_is_split(string file, string folder)
    {
        using var golden = new ArchitectureGolden(folder);
        using TestDecoder model = Load(file);

        CompareLogits(model, golden);
    }

    [Theory]
    [MemberData(nameof(QuantizedModels))]
    public void Logits_of_quantised_files_equal_those_of_the_dequantised_weights(string file, string folder, string type)
    {
        using var golden = new ArchitectureGolden(folder, type);
        using TestDecoder model = Load(file);

        CompareLogits(model, golden);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Best_tokens_and_likelihood_equal_the_reference_at_every_position(string file, string folder)
    {
        using var golden = new ArchitectureGolden(folder);
        using TestDecoder model = Load(file);
        var worst = new Worst(golden.Tolerance);
        foreach (ArchitectureGolden.Sequence sequence in golden.Sequences)
        {
            float[][] logits = model.Logits(sequence.Ids);
            if (sequence.MeanNll is { } nll)
                worst.Add(nll, MeanNll(logits, sequence.Ids), $"{sequence.Name}: mean of -log p");

            if (folder.Contains("variants", StringComparison.Ordinal))
                continue;

            int[] ids = [.. golden.Floats($"{sequence.Name}.top5_ids").Select(id => (int)id)];
            float[] values = golden.Floats($"{sequence.Name}.top5_logits");
            for (int i = 0; i < ids.Length; i++)
                worst.Add(values[i], logits[i / 5][ids[i]], $"{sequence.Name}: logit of {ids[i]} at {i / 5}");

            for (int position = 0; position < logits.Length; position++)
            {
                foreach (int id in ids.AsSpan(5 * position, 5)) logits[position][id] = float.NegativeInfinity;
                float bound = values[(5 * position) + 4] + (float)golden.Tolerance;
                Assert.True(logits[position].Max() <= bound, $"{sequence.Name}: a better token at {position}");
            }
        }

        worst.Report(output, file);
    }

    [Theory]
    [MemberData(nameof(WholeModels))]
    public void Hidden_states_equal_the_reference(string file, string folder)
    {
        using var golden = new ArchitectureGolden(folder);
        using TestDecoder model = Load(file);
        int layers = model.Decoder.Configuration.LayerCount;
        var seen = new Dictionary<int, float[]>();
        model.Decoder.Observer = (layer, _, values) => seen[layer] = values.ToArray();

        model.Logits(golden.Get("seven").Ids);

        // The reference has the embeddings, then each layer's output; its last one is after the final norm.
        float[] actual = [.. Enumerable.Range(-1, layers).Append(layers).SelectMany(layer => seen[layer])];
        var worst = new Worst(golden.Tolerance);
        worst.Add(golden.Floats("seven.hidden"), actual, "seven");
        worst.Report(output, file);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Greedy_continuations_equal_the_reference_token_by_token(string file, string folder)
    {
        using var golden = new ArchitectureGolden(folder);
        using TestDecoder model = Load(file);
        foreach (JsonElement run in golden.Json.GetProperty("greedy").EnumerateArray())
        {
            int[] prompt = golden.Get(run.GetProperty("prompt").GetString()!).Ids;
            int[] expected = run.GetProperty("tokens").Deserialize<int[]>()!;
            Assert.True(run.GetProperty("min_top1_gap").GetDouble() > 5 * golden.Tolerance, "the reference is too close a call");

            Assert.Equal(expected, Continue(model, prompt, expected.Length));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Sequences_that_share_a_batch_give_what_each_gives_alone(string file, string folder)
    {
        using var golden = new ArchitectureGolden(folder);
        using TestDecoder model = Load(file);
        using var batch = new ForwardBatch();
        int[][] sequences = [golden.Get("hundred").Ids, golden.Get("seven").Ids, golden.Get("forty").Ids];
        KvCache[] caches = [.. sequences.Select(ids => model.Decoder.CreateCache(ids.Length))];
        for (int i = 0; i < sequences.Length; i++)
            batch.Add(caches[i], sequences[i], LogitsRows.Last);

        model.Decoder.Forward(batch, TestContext.Current.CancellationToken);

        var worst = new Worst(golden.Tolerance);
        for (int i = 0; i < sequences.Length; i++)
            worst.Add(model.Logits(sequences[i])[^1], batch.GetLogits(i).ToArray(), $"sequence {i}");

        worst.Report(output, file);
        foreach (KvCache cache in caches)
            cache.Dispose();
    }

    [Fact]
    public void Longrope_takes_the_long_factors_where_the_cache_is_made_for_more_than_the_original_context()
    {
        using var golden = new ArchitectureGolden("phi3-longrope");
        using TestDecoder model = Load("phi3-longrope/gguf/phi3-longrope-f16");
        int[] ids = golden.Get("seven").Ids;
        using KvCache shortCache = model.Decoder.CreateCache(32);
        using KvCache longCache = model.Decoder.CreateCache(33);

        var worst = new Worst(golden.Tolerance);
        worst.Add(golden.Floats("seven.logits"), [.. model.Logits(shortCache, ids).SelectMany(row => row)], "short");
        worst.Add(golden.Floats("seven_long.logits"), [.. model.Logits(longCache, ids).SelectMany(row => row)], "long");
        worst.Report(output, "phi3-longrope");
    }

    [Fact]
    public void Window_that_a_llama_file_names_is_applied()
    {
        using var golden = new ArchitectureGolden("mistral");
        using var folder = new TemporaryFolder();
        using (GgufFile file = GgufFile.Open(SharedFiles.Golden("architectures/mistral/gguf/mistral-f16.gguf")))
        {
            var writer = new GgufWriter();
            foreach (string key in file.Metadata.Keys) writer.Copy(file.Metadata, key);
            writer.Add("llama.attention.sliding_window", 12u);
            foreach (TensorInfo info in file.Tensors)
                writer.AddTensor(info.Name, info.Type, info.Shape, stream => stream.Write(file.TryGetTensor(info.Name, out TensorView view) ? view.Bytes : []));

            writer.Write(folder.File("mistral.gguf"), cancellationToken: TestContext.Current.CancellationToken);
        }

        using var model = new TestDecoder(folder.File("mistral.gguf"), ActivationType.Float32);
        CompareLogits(model, golden);
    }

    [Fact]
    public void Learned_positions_end_and_so_does_the_cache()
    {
        using TestDecoder model = Load("gpt2/gguf/gpt2-f16");

        Assert.Throws<ArgumentOutOfRangeException>(() => model.Decoder.CreateCache(129));
    }

    private void CompareLogits(TestDecoder model, ArchitectureGolden golden)
    {
        var worst = new Worst(golden.Tolerance);
        foreach (ArchitectureGolden.Sequence sequence in golden.Sequences)
        {
            float[] reference = golden.Floats($"{sequence.Name}.logits");
            foreach (int[] parts in new int[][] { [100], [1], [3, 8] })
            {
                float[][] logits = model.Logits(sequence.Ids, parts);
                float[] actual = [.. sequence.LogitsRows.SelectMany(row => logits[row])];
                worst.Add(reference, actual, $"{sequence.Name} in parts of {string.Join(',', parts)}");
            }
        }

        worst.Report(output, model.Decoder.Configuration.Architecture);
    }

    private static int[] Continue(TestDecoder model, int[] prompt, int count)
    {
        using KvCache cache = model.Decoder.CreateCache(prompt.Length + count);
        var tokens = new List<int>();
        int[] next = prompt;
        while (tokens.Count < count)
        {
            tokens.Add(TestDecoder.ArgMax(model.Logits(cache, next)[^1]));
            next = [tokens[^1]];
        }

        return [.. tokens];
    }

    private static double MeanNll(float[][] logits, int[] ids)
    {
        double sum = 0;
        for (int i = 0; i < ids.Length - 1; i++)
            sum += TestDecoder.LogSumExp(logits[i]) - logits[i][ids[i + 1]];

        return sum / (ids.Length - 1);
    }

    private static TestDecoder Load(string model)
    {
        if (model.Contains("/variants/", StringComparison.Ordinal)) return LoadVariant(model);

        string extension = model.EndsWith("/hf", StringComparison.Ordinal) ? "" : ".gguf";
        return new TestDecoder(SharedFiles.Golden($"architectures/{model}{extension}"), ActivationType.Float32);
    }

    /// <summary>Loads a model's folder with the config.json of a variant.</summary>
    private static TestDecoder LoadVariant(string variant)
    {
        using var folder = new TemporaryFolder(); // mapped files live on until they are closed
        foreach (string file in Directory.GetFiles(SharedFiles.Golden($"architectures/{variant.Split('/')[0]}/hf")))
            File.Copy(file, folder.File(Path.GetFileName(file)));

        File.Copy(SharedFiles.Golden($"architectures/{variant}/config.json"), folder.File("config.json"), overwrite: true);
        return new TestDecoder(folder.Path, ActivationType.Float32);
    }

    /// <summary>The largest difference seen, and where.</summary>
    private sealed class Worst(double tolerance)
    {
        private double _difference;
        private string _where = "";
        private int _count;

        public void Add(float[] expected, float[] actual, string where)
        {
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
                Add(expected[i], actual[i], where);
        }

        public void Add(double expected, double actual, string where)
        {
            _count++;
            double difference = Math.Abs(expected - actual);
            if (difference > _difference || double.IsNaN(difference))
                (_difference, _where) = (difference, where);
        }

        public void Report(ITestOutputHelper output, string model)
        {
            output.WriteLine($"{model}: {_count:N0} values, worst {_difference:E1} of {tolerance:E0} ({_where})");
            Assert.True(_difference <= tolerance, $"{_where}: differs by {_difference:E2}, tolerance {tolerance:E0}");
        }
    }
}
