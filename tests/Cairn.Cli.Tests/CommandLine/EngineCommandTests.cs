using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary>The shapes that scripts rely on, from the bundled models.</summary>
public sealed class EngineCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_raw_prints_text_ids_and_logprobs()
    {
        var result = await JsonOf("run", "--raw", "--temperature", "0", "--max-tokens", "4", "--json", "The capital of France is");

        Assert.Equal(4, result["ids"]!.AsArray().Count);
        Assert.Equal(4, result["logprobs"]!.AsArray().Count);
        Assert.StartsWith(" Paris", (string?)result["text"]);
        Assert.Equal(5, (int)result["usage"]!["input_tokens"]!);
        Assert.All(result["logprobs"]!.AsArray(), value => Assert.InRange((double)value!, -20, 0));
    }

    [Fact]
    public async Task Run_guesses_tokens_unless_told_not_to_and_prints_the_same()
    {
        string[] run = ["run", "--raw", "--temperature", "0", "--max-tokens", "24", "--json", "one two three four one two three four one two"];

        var guessed = await JsonOf(run);
        var plain = await JsonOf([.. run, "--lookup", "off"]);

        Assert.Equal(plain["ids"]!.ToJsonString(), guessed["ids"]!.ToJsonString());
        Assert.Equal(plain["logprobs"]!.ToJsonString(), guessed["logprobs"]!.ToJsonString());
        Assert.Equal(0, (int)plain["usage"]!["drafted_tokens"]!);
        Assert.InRange((int)guessed["usage"]!["accepted_tokens"]!, 5, (int)guessed["usage"]!["drafted_tokens"]!);
    }

    [Fact]
    public async Task Run_reads_its_prompt_from_standard_input()
    {
        var run = await CliRun.InvokeAsync(
            ["run", "--raw", "--temperature", "0", "--max-tokens", "2"], "The capital of France is", Cancellation);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.StartsWith(" Paris", run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Score_agrees_with_run_and_has_null_first()
    {
        var run = await JsonOf("run", "--raw", "--temperature", "0", "--max-tokens", "1", "--json", "The capital of France is");
        var ids = "504,3575,282,4649,314," + (int)run["ids"]![0]!;

        var scored = await JsonOf("score", "--ids", ids, "--top", "3", "--json");

        var logProbabilities = scored["logprobs"]!.AsArray();
        Assert.Equal(6, logProbabilities.Count);
        Assert.Null(logProbabilities[0]);
        Assert.Equal((double)run["logprobs"]![0]!, (double)logProbabilities[5]!, 0.02);
        var top = scored["top"]!.AsArray();
        Assert.Equal(6, top.Count);
        Assert.Equal((int)run["ids"]![0]!, (int)top[4]![0]![0]!);
        Assert.Equal((double)logProbabilities[5]!, (double)top[4]![0]![1]!, 1e-4);
    }

    [Fact]
    public async Task Tokenize_jsonl_prints_one_object_a_line()
    {
        var run = await CliRun.InvokeAsync(["tokenize", "--jsonl"], "\"The capital\"\n\n\"<|im_end|> é\\n\"\n", Cancellation);

        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Equal("[504,3575]", lines[0]["ids"]!.ToJsonString());
        Assert.Equal("The capital", (string?)lines[0]["decoded"]);
        Assert.Equal("<|im_end|> é\n", (string?)lines[1]["decoded"]);
        Assert.DoesNotContain(2, lines[1]["ids"]!.AsArray().Select(id => (int)id!));
    }

    [Fact]
    public async Task Tokenize_parses_special_tokens_only_when_told()
    {
        var result = await JsonOf("tokenize", "--parse-special", "--json", "<|im_end|>");

        Assert.Equal("[2]", result["ids"]!.ToJsonString());
    }

    [Fact]
    public async Task Line_that_is_no_json_string_is_named()
    {
        var run = await CliRun.InvokeAsync(["tokenize", "--jsonl"], "\"good\"\n{bad}\n", Cancellation);

        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.Contains("Line 2", run.Error);
    }

    [Fact]
    public async Task Embed_jsonl_prints_vectors_of_length_one()
    {
        var run = await CliRun.InvokeAsync(["embed", "--jsonl"], "\"one\"\n\"two\"\n", Cancellation);

        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        var vector = JsonNode.Parse(lines[0])!["embedding"]!.AsArray().Select(value => (double)value!).ToArray();
        Assert.Equal(384, vector.Length);
        Assert.Equal(1, Math.Sqrt(vector.Sum(value => value * value)), 1e-4);
    }

    [Fact]
    public async Task Bench_prints_the_documented_fields()
    {
        var result = await JsonOf("bench", "--prompt-tokens", "16", "--generate", "4", "--threads", "2", "--repeat", "1", "--json");

        Assert.True((double)result["prefill_tokens_per_second"]! > 0);
        Assert.True((double)result["decode_tokens_per_second"]! > 0);
        Assert.True((double)result["load_seconds"]! > 0);
        Assert.True((long)result["peak_resident_bytes"]! > 1 << 20);
        Assert.Contains((string?)result["grade"], new[] { "excellent", "good", "fair", "slow" });
    }

    [Fact]
    public async Task Chat_keeps_the_conversation_and_obeys_commands()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("cairn-chat-").FullName, "talk.json");

        var run = await CliRun.InvokeAsync(
            ["chat", "--temperature", "0", "--max-tokens", "8"],
            $"/system Be brief.\nWhat is gravity?\n/save {file}\n/reset\n/help\n/nonsense\n/exit\n", Cancellation);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        var saved = JsonNode.Parse(await File.ReadAllTextAsync(file, Cancellation))!.AsArray();
        Assert.Equal(["system", "user", "assistant"], saved.Select(message => (string?)message!["role"]));
        Assert.Equal(run.Output.TrimEnd('\n'), (string?)saved[2]!["content"]);
        Assert.Contains("/reset", run.Error);
        Assert.Contains("no command /nonsense", run.Error);
    }

    [Fact]
    public async Task Models_list_and_show_know_the_bundled_models()
    {
        var list = await JsonOf("models", "list", "--json");
        var show = await JsonOf("models", "show", "smollm2-135m-instruct", "--json");

        Assert.Contains("all-minilm-l6-v2", list["models"]!.AsArray().Select(model => (string?)model!["name"]));
        Assert.Equal("llama", (string?)show["architecture"]);
        Assert.Equal(8192, (int)show["context_length"]!);
        Assert.Equal("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", (string?)show["sha256"]);
    }

    [Fact]
    public async Task Run_takes_another_chat_template_and_names_it()
    {
        var own = await JsonOf("run", "--temperature", "0", "--max-tokens", "1", "--json", "Hi");
        var run = await CliRun.InvokeAsync(
            ["run", "--temperature", "0", "--max-tokens", "1", "--json", "--chat-template", "chatml", "Hi"], cancellationToken: Cancellation);
        var other = JsonNode.Parse(run.Output)!;

        Assert.Contains("tokenizer.chat_template", (string?)own["chat_template"]);
        Assert.Equal("chatml", (string?)other["chat_template"]);
        Assert.Contains("chatml (built in)", run.Error);
        Assert.True((int)own["usage"]!["input_tokens"]! > (int)other["usage"]!["input_tokens"]!); // the model's own adds instructions
    }

    [Fact]
    public async Task Doctor_names_a_kernel_for_every_tensor()
    {
        var result = await JsonOf("doctor", "--model", "smollm2-135m-instruct", "--tensors", "--json");

        var tensors = result["models"]![0]!["tensors"]!.AsArray();
        Assert.True(tensors.Count >= 211, $"{tensors.Count} tensors");
        Assert.All(tensors, tensor => Assert.False(string.IsNullOrWhiteSpace((string?)tensor!["kernel"])));
    }

    private static async Task<JsonNode> JsonOf(params string[] arguments)
    {
        var run = await CliRun.InvokeAsync(arguments, cancellationToken: Cancellation);
        Assert.True(run.ExitCode == ExitCode.Success, $"exit code {run.ExitCode}: {run.Error}");
        return JsonNode.Parse(run.Output)!;
    }
}
