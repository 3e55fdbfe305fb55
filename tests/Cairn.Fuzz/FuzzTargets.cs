using System.Text;
using Cairn.Hub;
using Cairn.Hub.Inspection;
using Cairn.Hub.Quantization;
using Cairn.Inference;
using Cairn.Inference.Verification;
using Cairn.Models;
using Cairn.Models.Adapters;
using Cairn.Models.ChatTemplates;
using Cairn.Models.Safetensors;
using Cairn.Models.Tokenizers;
using Cairn.Tensors;

namespace Cairn.Fuzz;

/// <summary>Everything that Cairn reads from strangers.</summary>
internal static class FuzzTargets
{
    private const long LargestSeed = 400_000;
    private const string SampleText = "The quick brown fox, the 3rd: naïve café 日本語 🙂 <s></s> [INST]  \n\tend";

    private static readonly ModelLoadOptions Options = new() { Threads = 1 };

    /// <summary>All targets; those that need goldens only where their folder is given.</summary>
    public static IReadOnlyList<FuzzTarget> Create(string? goldens)
    {
        var folder = Directory.CreateTempSubdirectory("cairn-seeds-").FullName;
        try
        {
            return [.. Generated(folder), .. goldens is null ? [] : FromGoldens(goldens)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<FuzzTarget> Generated(string folder)
    {
        var hasSentencePieces = false;
        foreach (var (name, configuration) in TinyDecoder.All())
        {
            var path = Path.Combine(folder, name + ".gguf");
            TinyDecoder.Write(path, configuration, hasSentencePieces);
            hasSentencePieces = !hasSentencePieces;
            yield return Gguf("gguf/" + name, path);
        }

        yield return Safetensors(folder);
        foreach (var target in Importance(folder)) yield return target;

        foreach (var template in BuiltInChatTemplates.All)
        {
            yield return Template("template/" + template.Name, Encoding.UTF8.GetBytes(template.Template.Source));
        }
    }

    private static IEnumerable<FuzzTarget> FromGoldens(string goldens)
    {
        var models = Path.Combine(goldens, "architectures");
        foreach (var folder in Directory.EnumerateDirectories(models).Where(folder => Directory.Exists(Path.Combine(folder, "hf"))).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(folder);
            var files = Directory.EnumerateFiles(Path.Combine(folder, "hf")).Where(file => new FileInfo(file).Length <= LargestSeed)
                .Select(file => (FileName: Path.GetFileName(file), Content: File.ReadAllBytes(file))).ToList();
            foreach (var (fileName, content) in files.Where(file => file.FileName.EndsWith(".json", StringComparison.Ordinal)))
            {
                yield return new FuzzTarget($"folder/{name}/{fileName}", fileName, content, JsonMutator.Mutate, Verify) { Companions = files };
            }

            foreach (var path in Directory.EnumerateFiles(Path.Combine(folder, "gguf"), "*.gguf").Where(path => new FileInfo(path).Length <= LargestSeed))
            {
                yield return Gguf($"golden/{Path.GetFileNameWithoutExtension(path)}", path);
            }
        }

        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(models, "adapters")).Order(StringComparer.Ordinal))
        {
            foreach (var target in Adapter(folder)) yield return target;
        }
    }

    private static FuzzTarget Gguf(string name, string path)
    {
        var mutator = new GgufMutator(path);
        return new FuzzTarget(name, "model.gguf", File.ReadAllBytes(path), mutator.Mutate, folder =>
        {
            var model = new ModelStore([]).Resolve(Path.Combine(folder, "model.gguf"));
            ModelInspector.Inspect(model);
            ModelVerifier.Verify(model.Path, Options);
        });
    }

    private static FuzzTarget Safetensors(string folder)
    {
        var path = Path.Combine(folder, "a.safetensors");
        var writer = new SafetensorsWriter();
        writer.SetMetadata("format", "pt");
        foreach (var (name, type, shape) in new (string, GgmlType, long[])[]
        {
            ("a.weight", GgmlType.F32, [3, 5]), ("a.bias", GgmlType.F16, [3]), ("ids", GgmlType.I64, [1, 4]),
            ("scalar", GgmlType.BF16, []), ("empty", GgmlType.F32, [0, 4]), ("b", GgmlType.BF16, [2, 2, 2]),
        })
        {
            var count = shape.Aggregate(1L, (product, length) => product * length);
            writer.AddTensor(name, type, shape, stream => stream.Write(new byte[count * (type == GgmlType.F32 ? 4 : type == GgmlType.I64 ? 8 : 2)]));
        }

        writer.Write(path);
        return new FuzzTarget(
            "safetensors", "model.safetensors", File.ReadAllBytes(path), (content, random) => ByteMutator.Mutate(content, 600, random), Verify);
    }

    private static IEnumerable<FuzzTarget> Importance(string folder)
    {
        var path = Path.Combine(folder, "imatrix.gguf");
        var sums = new Dictionary<string, ImportanceSums> { ["blk.0.attn_q.weight"] = new([8, 2, 1], [4]), ["blk.0.ffn_up_exps.weight"] = new([3, 6, 1, 1], [3, 1]) };
        ImportanceMatrixFile.Write(path, sums, "text", 3, 512);
        var mutator = new GgufMutator(path);
        yield return new FuzzTarget("imatrix/gguf", "imatrix.gguf", File.ReadAllBytes(path), mutator.Mutate, Read);

        using var legacy = new MemoryStream();
        using var writer = new BinaryWriter(legacy);
        writer.Write(1);
        writer.Write(5);
        writer.Write("blk.0"u8);
        writer.Write(4);
        writer.Write(3);
        foreach (var value in new[] { 1f, 2f, 3f }) writer.Write(value);
        writer.Write(7);
        yield return new FuzzTarget(
            "imatrix/dat", "imatrix.gguf", legacy.ToArray(), (content, random) => ByteMutator.Mutate(content, content.Length, random), Read);

        static void Read(string folder) => ImportanceMatrixFile.Read(Path.Combine(folder, "imatrix.gguf"));
    }

    private static FuzzTarget Template(string name, byte[] source) => new(name, "template.jinja", source, TemplateMutator.Mutate, folder =>
    {
        var template = ModelChatTemplate.Load(Path.Combine(folder, "template.jinja"));
        ChatTurn[] turns = [new("system", "Be brief."), new("user", "Hello."), new("assistant", "Hi."), new("user", "Why?")];
        template.Render(turns, addGenerationPrompt: true, "<s>", "</s>");
    })
    {
        // All texts of a rendering together, most of them dead at once: its limits are steps and the length of each text.
        MaximumAllocation = 500_000_000,
    };

    private static IEnumerable<FuzzTarget> Adapter(string folder)
    {
        var name = Path.GetFileName(folder);
        if (Directory.Exists(Path.Combine(folder, "peft")))
        {
            var files = Directory.EnumerateFiles(Path.Combine(folder, "peft")).Where(file => new FileInfo(file).Length <= LargestSeed)
                .Select(file => (FileName: Path.GetFileName(file), Content: File.ReadAllBytes(file))).ToList();
            foreach (var (fileName, content) in files)
            {
                if (fileName.EndsWith(".json", StringComparison.Ordinal))
                    yield return new FuzzTarget($"adapter/{name}/{fileName}", fileName, content, JsonMutator.Mutate, OpenAdapter) { Companions = files };
                else if (fileName.EndsWith(".safetensors", StringComparison.Ordinal))
                    yield return new FuzzTarget($"adapter/{name}/{fileName}", fileName, content, (bytes, random) => ByteMutator.Mutate(bytes, 2000, random), OpenAdapter) { Companions = files };
            }
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*.gguf", SearchOption.AllDirectories))
        {
            var mutator = new GgufMutator(path);
            yield return new FuzzTarget(
                $"adapter/{name}/gguf", "adapter.gguf", File.ReadAllBytes(path), mutator.Mutate, where => OpenAdapter(Path.Combine(where, "adapter.gguf")));
        }
    }

    private static void OpenAdapter(string path)
    {
        using var adapter = AdapterFile.Open(path);
        _ = adapter.TrainableParameters + adapter.SizeInBytes;
    }

    private static void Verify(string folder)
    {
        var file = Path.Combine(folder, "model.safetensors");
        if (!File.Exists(Path.Combine(folder, "config.json")))
        {
            ModelVerifier.Verify(file, Options);
            return;
        }

        ModelVerifier.Verify(folder, Options);
        if (File.Exists(Path.Combine(folder, "tokenizer.json"))) Tokenizer.Load(folder).EncodeWithOffsets(SampleText, addSpecial: true, parseSpecial: true);
    }
}
