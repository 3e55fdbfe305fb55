using System.Text.Json;
using Cairn.Models.Gguf;
using Cairn.Models.Safetensors;
using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

public sealed class DecoderEncodingTests
{
    [Fact]
    public void Hidden_states_of_a_text_among_others_equal_the_reference()
    {
        string folder = SharedFiles.Golden("architectures/qwen3");
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        using var tensors = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        Assert.True(tensors.TryGetTensor("seven.hidden", out TensorView view));
        float tolerance = expected.RootElement.GetProperty("tolerance_abs").GetSingle();
        int[][] texts = [.. new[] { "hundred", "forty", "seven" }.Select(name => expected.RootElement.GetProperty("sequences").EnumerateArray()
            .Single(sequence => sequence.GetProperty("name").GetString() == name).GetProperty("ids").Deserialize<int[]>()!)];
        using var team = new ThreadTeam(2);
        using var decoder = TransformerDecoder.Load(
            GgufFile.Open(Path.Combine(folder, "gguf/qwen3-f16.gguf")),
            new TransformerOptions { Team = team, Activation = ActivationType.Float32 },
            TestContext.Current.CancellationToken);

        float[][] hidden = DecoderEncoding.Encode(decoder, texts, TestContext.Current.CancellationToken);

        int width = decoder.Configuration.HiddenSize;
        Assert.Equal(texts.Select(text => text.Length * width), hidden.Select(states => states.Length));
        float[] last = view.ToFloats()[^(7 * width)..];
        for (int i = 0; i < last.Length; i++)
            Assert.Equal(last[i], hidden[2][i], tolerance);
    }
}
