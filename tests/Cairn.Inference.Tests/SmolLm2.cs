using System.Text.Json;
using Cairn.Tensors;
using Cairn.Testing;

namespace Cairn.Inference.Tests;

/// <summary>The small chat model that the tests run, and its reference results.</summary>
internal static class SmolLm2
{
    public static LanguageModel Load(ActivationType activation, int? contextLength = null) => LanguageModel.Load(
        SharedFiles.Model("smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"),
        new ModelLoadOptions { Threads = 2, Activation = activation, ContextLength = contextLength });

    public static JsonElement Case(string id) => File.ReadLines(SharedFiles.Golden("smollm2/cases.jsonl"))
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Single(golden => golden.GetProperty("id").GetString() == id);

    public static int[] Ints(this JsonElement element, string name) => element.GetProperty(name).Deserialize<int[]>()!;

    public static JsonElement Perplexity() =>
        JsonDocument.Parse(File.ReadAllText(SharedFiles.Golden("smollm2/perplexity.json"))).RootElement;
}
