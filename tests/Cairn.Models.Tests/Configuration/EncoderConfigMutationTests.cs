using System.Text.Json.Nodes;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Configuration;

/// <summary>Encoders with impossible settings: each loads and runs, or is refused as a bad file, and nothing else ever happens.</summary>
public sealed class EncoderConfigMutationTests
{
    private static readonly string[] OddValues =
    [
        "null", "-1", "0", "1", "3", "64", "2147483647", "4294967296", "1e30", "-0.5", "\"x\"", "\"gelu\"", "[]", "[1]", "{}", "{\"0\": {}, \"0\": 1}", "true",
    ];

    [Theory]
    [InlineData("bert-cross-encoder", "hf/config.json")]
    [InlineData("distilbert", "config.v5.json")]
    [InlineData("xlm-roberta-reranker", "hf/config.json")]
    [InlineData("nomic-bert", "hf/config.json")]
    [InlineData("modernbert", "hf/config.json")]
    [InlineData("modernbert", "config.v5.json")]
    public void Every_value_of_config_json_may_be_odd(string model, string config)
    {
        string source = SharedFiles.Golden($"architectures/{model}");
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(source, "hf/model.safetensors"), folder.File("model.safetensors"));
        string valid = File.ReadAllText(Path.Combine(source, config));
        using var team = new ThreadTeam(1);
        var (loaded, refused) = (0, 0);
        foreach (string key in JsonNode.Parse(valid)!.AsObject().Select(member => member.Key))
        {
            foreach (string value in OddValues)
            {
                JsonObject changed = JsonNode.Parse(valid)!.AsObject();
                changed.Remove(key);
                File.WriteAllText(folder.File("config.json"), $"{{\"{key}\": {value}, {changed.ToJsonString()[1..]}");
                if (Runs(() => Open(folder.Path), team, $"{key} = {value}"))
                    loaded++;
                else
                    refused++;
            }
        }

        Assert.True(loaded > 50 && refused > 50, $"{loaded} loaded, {refused} refused");
    }

    [Theory]
    [InlineData("modernbert/gguf/modernbert-f16.gguf")]
    [InlineData("bert-cross-encoder/gguf/bert-cross-encoder-pooler-f16.gguf")]
    public void Every_byte_of_the_metadata_may_be_odd(string file)
    {
        byte[] valid = File.ReadAllBytes(SharedFiles.Golden($"architectures/{file}"));
        using var folder = new TemporaryFolder();
        using var team = new ThreadTeam(1);
        var (loaded, refused) = (0, 0);
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            byte[] changed = [.. valid];
            changed[random.Next(1600)] = (byte)random.Next(256); // where the family's own keys are
            File.WriteAllBytes(folder.File("x.gguf"), changed);
            if (Runs(() => OpenFile(folder.File("x.gguf")), team, $"{file}, seed {seed}"))
                loaded++;
            else
                refused++;
        }

        Assert.True(loaded > 20 && refused > 20, $"{loaded} loaded, {refused} refused");
    }

    private static (ITensorSource Source, EncoderConfiguration Configuration) Open(string folder)
    {
        HuggingFaceModel model = HuggingFaceModel.Open(folder);
        try
        {
            return (model, model.Encoder ?? throw new ModelFormatException(ModelFormatError.Unsupported, folder, "a decoder"));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static (ITensorSource Source, EncoderConfiguration Configuration) OpenFile(string path)
    {
        GgufFile file = GgufFile.Open(path);
        try
        {
            return (file, ModelValidator.ValidateEncoder(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static bool Runs(Func<(ITensorSource Source, EncoderConfiguration Configuration)> open, ThreadTeam team, string what)
    {
        ITensorSource? source = null;
        try
        {
            (source, EncoderConfiguration configuration) = open();
            ModelValidator.ValidateEncoder(source, configuration);
            using var encoder = TransformerEncoder.Load(
                source, configuration, new TransformerOptions { Team = team, Activation = ActivationType.Float32 });
            source = null; // the encoder's now
            using var batch = new EncoderBatch();
            batch.Add([1, 2, 3]);
            encoder.Encode(batch, TestContext.Current.CancellationToken);
            if (encoder.Head is { IsComplete: true } head)
                head.Apply(batch.GetHidden(0), new float[head.ResultLength]);

            return true;
        }
        catch (ModelFormatException)
        {
            return false;
        }
        catch (Exception exception)
        {
            Assert.Fail($"{what}: {exception}");
            return false;
        }
        finally
        {
            source?.Dispose();
        }
    }
}
