using System.Numerics.Tensors;
using System.Text.Json;
using Cairn.Models.Configuration;
using Cairn.Models.Transformers;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>Tiny encoders of every family, from each of their files, against <c>golden/architectures</c>.</summary>
public sealed class EncoderGoldenTests
{
    private static readonly string[] Texts = ["a", "b", "c", "d"];

    public static TheoryData<string, string> Embedders { get; } = Sources("bert", "distilbert", "nomic-bert", "modernbert");

    public static TheoryData<string, string> CrossEncoders { get; } = Sources("xlm-roberta-reranker");

    public static TheoryData<string, string> TypedModels { get; } = Sources("bert", "nomic-bert");

    static EncoderGoldenTests()
    {
        CrossEncoders.Add("bert-cross-encoder", "bert-cross-encoder-pooler-f16.gguf");
        CrossEncoders.Add("bert-cross-encoder", "hf");
        CrossEncoders.Add("bert-cross-encoder", "config.v5.json");
    }

    [Theory]
    [MemberData(nameof(Embedders))]
    public void Embeddings_equal_the_reference(string model, string source)
    {
        using var golden = new EncoderGolden(model, source);
        using EncoderBatch batch = golden.Run(Texts);

        foreach (var (pooling, name) in new[] { (Pooling.Mean, "mean"), (Pooling.Cls, "cls") })
        {
            golden.AssertEqual(name, Pool(batch, pooling, isNormalized: false));
            golden.AssertEqual($"{name}_normalised", Pool(batch, pooling, isNormalized: true));
        }

        float[][] means = [.. Pool(batch, Pooling.Mean, isNormalized: true).Chunk(golden.Encoder.Configuration.HiddenSize)];
        float[][] cosines = golden.Root.GetProperty("cosine_mean").Deserialize<float[][]>()!;
        for (int i = 0; i < means.Length; i++)
            golden.AssertEqual(cosines[i], means.Select(other => TensorPrimitives.Dot<float>(means[i], other)).ToArray(), "cosine_mean");

        Report(golden, model, source);
    }

    [Theory]
    [MemberData(nameof(Embedders))]
    [MemberData(nameof(CrossEncoders))]
    public void Hidden_states_of_every_layer_equal_the_reference(string model, string source)
    {
        using var golden = new EncoderGolden(model, source);
        float[] expected = golden.Reference("b.hidden");
        int width = golden.Encoder.Configuration.HiddenSize;
        int layers = golden.Encoder.Configuration.LayerCount;
        int size = expected.Length / (layers + 1);
        int last = golden.Encoder.Configuration.Family.HasPreNorms ? layers - 1 : layers; // there the norm at the end replaces it
        golden.Encoder.Observer = (layer, _, values) =>
        {
            int place = layer == layers ? layers : layer + 1;
            if (layer < last)
                golden.AssertEqual(expected.AsSpan(place * size, size), values, $"b.hidden[{place}]");
        };
        using EncoderBatch batch = golden.Run("b");

        golden.AssertEqual(expected.AsSpan(layers * size), batch.GetHidden(0), "b.hidden[last]");
        golden.Encoder.Observer = null;
        if (!golden.Sequence("d").TryGetProperty("last_hidden_rows", out JsonElement rows))
            return;

        using EncoderBatch longer = golden.Run("d");
        float[] hidden = longer.GetHidden(0).ToArray();
        golden.AssertEqual("d.last_hidden", rows.EnumerateArray().SelectMany(row => hidden.Skip(row.GetInt32() * width).Take(width)).ToArray());
        Report(golden, model, source);
    }

    [Theory]
    [MemberData(nameof(TypedModels))]
    public void Token_types_change_the_result_as_in_the_reference(string model, string source)
    {
        using var golden = new EncoderGolden(model, source);
        using EncoderBatch batch = golden.Run("c_types");

        golden.AssertEqual("c_types.last_hidden", batch.GetHidden(0));
        Report(golden, model, source);
    }

    [Theory]
    [InlineData("hf")]
    [InlineData("config.v5.json")]
    public void Pooler_equals_the_reference(string source)
    {
        using var golden = new EncoderGolden("bert", source);
        using EncoderBatch batch = golden.Run(Texts);

        golden.AssertEqual("pooler", Heads(golden, batch));
        Report(golden, "bert", source);
    }

    [Theory]
    [MemberData(nameof(CrossEncoders))]
    public void Scores_of_pairs_equal_the_reference(string model, string source)
    {
        using var golden = new EncoderGolden(model, source);
        using EncoderBatch batch = golden.Run(Texts);

        float[] scores = Heads(golden, batch);

        golden.AssertEqual("score", scores);
        TensorPrimitives.Sigmoid<float>(scores, scores);
        golden.AssertEqual("score_sigmoid", scores);
        Assert.Equal(["LABEL_0"], golden.Encoder.Head!.Labels);
        Report(golden, model, source);
    }

    [Theory]
    [MemberData(nameof(Embedders))]
    [MemberData(nameof(CrossEncoders))]
    public void A_text_alone_gives_what_it_gives_in_a_batch_of_mixed_lengths(string model, string source)
    {
        using var golden = new EncoderGolden(model, source);
        using EncoderBatch together = golden.Run(Texts);
        for (int i = 0; i < Texts.Length; i++)
        {
            using EncoderBatch alone = golden.Run(Texts[i]);
            golden.AssertEqual(together.GetHidden(i), alone.GetHidden(0), Texts[i]);
        }

        Report(golden, model, source);
    }

    [Fact]
    public void A_head_without_its_pooler_says_that_it_is_not_complete()
    {
        using var golden = new EncoderGolden("bert-cross-encoder", "bert-cross-encoder-f16.gguf");
        using EncoderBatch batch = golden.Run("a");

        EncoderHead head = golden.Encoder.Head!;
        Assert.True(head.IsClassifier);
        Assert.False(head.IsComplete);
        Assert.Throws<InvalidOperationException>(() => head.Apply(batch.GetHidden(0), new float[1]));
    }

    [Fact]
    public void Impossible_input_is_refused()
    {
        using var golden = new EncoderGolden("bert", "bert-f16.gguf");
        using var batch = new EncoderBatch();
        Assert.Throws<ArgumentException>(() => batch.Add([]));
        Assert.Throws<ArgumentException>(() => batch.Add([1, 2], [0]));
        foreach (var (ids, types) in new (int[], int[])[] { (new int[129], []), ([320], []), ([3], [2]) })
        {
            batch.Clear();
            batch.Add(ids, types);
            Assert.Throws<ArgumentException>(() => golden.Encoder.Encode(batch, CancellationToken.None));
        }
    }

    private static TheoryData<string, string> Sources(params string[] models)
    {
        var data = new TheoryData<string, string>();
        foreach (string model in models)
        {
            data.Add(model, $"{model}-f16.gguf");
            data.Add(model, "hf");
            data.Add(model, "config.v5.json");
        }

        return data;
    }

    private static float[] Pool(EncoderBatch batch, Pooling pooling, bool isNormalized)
    {
        int dim = batch.GetHidden(0).Length / batch.GetLength(0);
        var result = new float[batch.SequenceCount * dim];
        for (int i = 0; i < batch.SequenceCount; i++)
            EmbeddingPooling.Apply(batch.GetHidden(i), pooling, isNormalized, result.AsSpan(i * dim, dim));

        return result;
    }

    private static float[] Heads(EncoderGolden golden, EncoderBatch batch)
    {
        EncoderHead head = golden.Encoder.Head!;
        var result = new float[batch.SequenceCount * head.ResultLength];
        for (int i = 0; i < batch.SequenceCount; i++)
            head.Apply(batch.GetHidden(i), result.AsSpan(i * head.ResultLength, head.ResultLength));

        return result;
    }

    private static void Report(EncoderGolden golden, string model, string source) =>
        TestContext.Current.SendDiagnosticMessage("{0}, {1}: worst difference {2:E2} of {3:E0}", model, source, golden.Worst, golden.Tolerance);
}
