using System.CommandLine;
using Cairn.Benchmarks.Onnx;
using Cairn.Inference;
using Cairn.Tensors;

// dotnet run -c Release --project bench/Cairn.Benchmarks.Onnx -- --threads 2
var model = new Option<string>("--model")
{
    Description = "Cairn's file or folder of all-MiniLM-L6-v2", DefaultValueFactory = _ => "models/all-minilm-l6-v2",
};
var texts = new Option<string>("--texts")
{
    Description = "folder of Markdown files with the sentences", DefaultValueFactory = _ => "samples/handbook",
};
var threads = new Option<int>("--threads") { Description = "threads of both", DefaultValueFactory = _ => 2 };
var rounds = new Option<int>("--rounds") { Description = "rounds, an odd number", DefaultValueFactory = _ => 7 };
var activation = new Option<ActivationType>("--activation")
{
    Description = "Cairn's arithmetic", DefaultValueFactory = _ => ActivationType.Int8,
};
var weights = new Option<string>("--weights")
{
    Description = "Hugging Face folder of the model, for ONNX Runtime with its fused operators as well",
};
var graph = new Option<bool>("--graph") { Description = "also print the operators that ONNX Runtime runs" };
var command = new RootCommand("Measures all-MiniLM-L6-v2 in Cairn and in ONNX Runtime (float32) in turns.")
{
    model, texts, threads, rounds, activation, weights, graph,
};
command.SetAction(Run);
return command.Parse(args).Invoke();

void Run(ParseResult result)
{
    int teamSize = result.GetValue(threads);
    string? optimized = result.GetValue(graph) ? Path.GetTempFileName() : null;
    List<(string Name, OnnxMiniLm Model)> runtimes = [("exported", OnnxMiniLm.Load(OnnxMiniLm.ReadExported(), teamSize, optimized))];
    PrintOperators(optimized);
    if (result.GetValue(weights) is { } folder)
        runtimes.Add(("fused", OnnxMiniLm.Load(FusedGraph.Write(folder), teamSize, optimized)));

    PrintOperators(optimized);
    using EmbeddingModel cairn = EmbeddingModel.Load(
        result.GetValue(model)!, new ModelLoadOptions { Threads = teamSize, Activation = result.GetValue(activation) });
    string[] sentences = BenchTexts.Sentences(result.GetValue(texts)!);
    var comparison = new Comparison(cairn, runtimes, result.GetValue(rounds) | 1);
    Console.WriteLine($"{teamSize} threads; weights served by {string.Join(", ", cairn.Weights.Select(matrix => matrix.Kernel).Distinct())}");
    Console.WriteLine();
    Console.WriteLine("| texts | who | ms, median (min–max) | Cairn is faster by |");
    Console.WriteLine("|---|---|---|---|");
    comparison.PrintRows("equal lengths", Texts(Enumerable.Repeat(128, 32)));
    comparison.PrintRows("mixed lengths", Texts(BenchTexts.MixedLengths(32, cairn.MaxTokens)));
    Console.WriteLine();
    comparison.PrintCosine([.. sentences.Take(500).Select(text => BenchTexts.Ids(cairn.Tokenizer, text, cairn.MaxTokens))]);
    runtimes.ForEach(runtime => runtime.Model.Dispose());

    int[][] Texts(IEnumerable<int> lengths) => BenchTexts.OfLengths(cairn.Tokenizer, sentences, [.. lengths]);
}

static void PrintOperators(string? path)
{
    if (path is null)
        return;

    Console.WriteLine("ONNX Runtime runs " + string.Join(", ", OnnxGraph.CountOperators(path).Select(op => $"{op.Count} {op.Operator}")));
    File.Delete(path);
}
