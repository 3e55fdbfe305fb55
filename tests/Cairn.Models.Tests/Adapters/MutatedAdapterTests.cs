using Cairn.Models.Adapters;
using Cairn.Models.Tests.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Adapters;

/// <summary>Damaged copies of valid adapters: each is applied or refused, and nothing else ever happens.</summary>
public sealed class MutatedAdapterTests : IDisposable
{
    private const int Mutations = 2_000; // of each file
    private const long MaximumAllocation = 2_000_000; // for files under 10 kB

    private static readonly string[] OddTexts =
    [
        "null", "true", "-1", "0", "1e999", "1e-999", "NaN", "\"\"", "[]", "{}", "[[", "{\"a\":", "\\u0000", "9999999999999999999", "\"(a+)+$\"", ".*", "\"\\uD800\"",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly TestDecoder _model;

    public MutatedAdapterTests()
    {
        TinyModel.WriteLlama(_folder.File("base.gguf"));
        _model = new TestDecoder(_folder.File("base.gguf"), ActivationType.Float32, threads: 1);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Mutated_configuration_is_applied_or_refused()
    {
        var peft = new PeftFolder();
        peft.Config["rank_pattern"] = new System.Text.Json.Nodes.JsonObject { ["down_proj"] = 2 };
        peft.Config["modules_to_save"] = null;
        peft.Config["use_dora"] = false;
        string path = peft.Write(_folder.File("peft"));
        Run(Path.Combine(path, "adapter_config.json"), path, MutateText);
    }

    [Fact]
    public void Mutated_safetensors_are_applied_or_refused()
    {
        string path = new PeftFolder().Write(_folder.File("peft"));
        Run(Path.Combine(path, "adapter_model.safetensors"), path, MutateBytes);
    }

    [Fact]
    public void Mutated_gguf_is_applied_or_refused()
    {
        string path = PeftFolder.WriteGguf(_folder.File("a.gguf"));
        Run(path, path, MutateBytes);
    }

    private void Run(string file, string adapter, Func<byte[], Random, byte[]> mutate)
    {
        byte[] valid = File.ReadAllBytes(file);
        AdapterCase.Load(_model, adapter).Dispose();
        int applied = 0;
        for (int seed = 0; seed < Mutations; seed++)
        {
            File.WriteAllBytes(file, mutate(valid, new Random(seed)));
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using LoraAdapter loaded = AdapterCase.Load(_model, adapter);
                _model.Adapters = AdapterSet.Create(new ActiveAdapter(loaded));
                _model.Logits([1, 2]);
                applied++;
            }
            catch (Exception exception) when (exception is ModelFormatException or AdapterMismatchException)
            {
            }
            catch (Exception exception)
            {
                Assert.Fail($"{Path.GetFileName(file)}, seed {seed}: {exception}");
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.True(allocated < MaximumAllocation, $"seed {seed}: allocated {allocated:N0} bytes");
        }

        Assert.InRange(applied, Mutations / 100, Mutations * 95 / 100); // both sides of the border are reached
    }

    private static byte[] MutateBytes(byte[] valid, Random random)
    {
        byte[] bytes = [.. valid];
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                random.NextBytes(bytes.AsSpan(random.Next(bytes.Length - 8), 8));
                return bytes;
            default:
                // Most of what can go wrong is in the header, which is at the front.
                for (int i = random.Next(1, 4); i > 0; i--) bytes[random.Next(random.Next(2) == 0 ? Math.Min(400, bytes.Length) : bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
        }
    }

    private static byte[] MutateText(byte[] valid, Random random)
    {
        if (random.Next(2) == 0) return MutateBytes(valid, random);

        int start = random.Next(valid.Length);
        int end = Math.Min(valid.Length, start + random.Next(8));
        return [.. valid[..start], .. System.Text.Encoding.UTF8.GetBytes(OddTexts[random.Next(OddTexts.Length)]), .. valid[end..]];
    }
}
