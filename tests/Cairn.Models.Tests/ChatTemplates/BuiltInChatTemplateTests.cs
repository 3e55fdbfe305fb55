using System.Text.Json.Nodes;
using Cairn.Models.ChatTemplates;
using Cairn.Models.Tests.Tokenizers;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.ChatTemplates;

/// <summary>Built-in templates against the published templates of their families.</summary>
public sealed class BuiltInChatTemplateTests
{
    /// <summary>
    /// Name, published template, what that one writes before or after what the family shares, and the conversations compared.
    /// </summary>
    public static TheoryData<string, string, string, string, int> Families => new()
    {
        { "chatml", "HuggingFaceTB-SmolLM2-135M-Instruct.jinja", "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n", "", 17 },
        { "gemma", "google-gemma-2-2b-it.jinja", "", "", 7 },
        { "phi-3", "microsoft-Phi-3.5-mini-instruct.jinja", "", "", 17 },
        { "deepseek", "deepseek-ai-DeepSeek-R1-Distill-Llama-8B.jinja", "", "<think>\n", 17 },
        { "mistral-tekken", "mistralai-Mistral-Nemo-Instruct-2407.jinja", "", "", 12 },
        { "granite", "granite-3.0-instruct.jinja", "", "", 17 },
        { "llama-3", "llama-3-instruct.jinja", "", "", 12 },
        { "mistral", "mistral-instruct.jinja", "", "", 12 },
        { "vicuna", "vicuna.jinja", "", "", 12 },
        { "alpaca", "alpaca.jinja", "", "", 12 },
        { "openchat", "openchat-3.5.jinja", "", "", 12 },
    };

    /// <summary>Templates whose collection says to take indentation and line ends out before use.</summary>
    private static readonly HashSet<string> Indented =
        ["llama-3-instruct.jinja", "mistral-instruct.jinja", "vicuna.jinja", "alpaca.jinja", "openchat-3.5.jinja"];

    [Theory]
    [MemberData(nameof(Families))]
    public void Built_in_renders_what_the_published_template_renders(string name, string published, string before, string after, int count)
    {
        var folder = SharedFiles.Golden("chat-templates");
        var conversations = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "conversations.json")))!.AsArray()
            .ToDictionary(item => (string)item!["id"]!, item => item!["input"]!.AsObject());
        var source = File.ReadAllText(Path.Combine(folder, "templates", published));
        if (Indented.Contains(published)) source = source.Replace("    ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        var reference = ChatTemplate.Parse(source, published);
        Assert.True(BuiltInChatTemplates.TryGet(name, out var template));
        List<string> failures = [];
        var compared = 0;
        foreach (var (id, input) in conversations)
        {
            if (!IsPlain(input) || Output(reference, input) is not { } expected) continue;

            if (before.Length > 0 && expected.StartsWith(before, StringComparison.Ordinal)) expected = expected[before.Length..];
            if (after.Length > 0 && expected.EndsWith(after, StringComparison.Ordinal)) expected = expected[..^after.Length];
            var output = Output(template.Template, input);
            compared++;
            if (output != expected) failures.Add($"{id}: expected\n{expected}\ngot\n{output}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {compared} differ:\n{string.Join("\n\n", failures)}");
        Assert.Equal(count, compared);
    }

    [Theory]
    [InlineData("llama-2", "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello. </s><s>[INST] And? [/INST]")]
    [InlineData("zephyr", "<|system|>\nBe brief.</s>\n<|user|>\nHi</s>\n<|assistant|>\nHello.</s>\n<|user|>\nAnd?</s>\n<|assistant|>\n")]
    public void Families_without_a_published_render_have_their_documented_form(string name, string expected)
    {
        Assert.True(BuiltInChatTemplates.TryGet(name, out var template));

        var output = template.Template.Render(
            [new("system", "Be brief."), new("user", "Hi"), new("assistant", "Hello."), new("user", "And?")],
            addGenerationPrompt: true, bosToken: "<s>", eosToken: "</s>");

        Assert.Equal(expected, output);
        Assert.True(template.Template.IsBuiltIn);
    }

    [Theory]
    [InlineData("smollm2", "chatml")]
    [InlineData("qwen2", "chatml")]
    [InlineData("mistral-v1", null)]
    [InlineData("minilm", null)]
    [InlineData("tiny-unigram", null)]
    public void Vocabulary_tells_the_family_or_nothing_does(string tokenizer, string? expected) =>
        Assert.Equal(expected, BuiltInChatTemplates.Recognize(TokenizerGolden.Get(tokenizer))?.Name);

    [Fact]
    public void Every_built_in_parses_and_has_its_own_name()
    {
        Assert.All(BuiltInChatTemplates.All, template => Assert.Equal(template.Name, template.Template.Name));
        Assert.Equal(BuiltInChatTemplates.All.Count, BuiltInChatTemplates.All.Select(template => template.Name).Distinct().Count());
    }

    [Fact]
    public void Unknown_name_lists_the_known_ones()
    {
        var exception = Assert.Throws<FileNotFoundException>(() => ModelChatTemplate.Load("no-such-template"));

        Assert.Contains("chatml, llama-3", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_has_its_template_in_a_file_or_in_the_configuration()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(ModelChatTemplate.FromFolder(folder.Path, null));

        File.WriteAllText(folder.File("tokenizer_config.json"), """{ "chat_template": [{ "name": "tool_use", "template": "t" }, { "name": "default", "template": "d" }] }""");
        Assert.Equal("d", ModelChatTemplate.FromFolder(folder.Path, null)!.Source);

        File.WriteAllText(folder.File("tokenizer_config.json"), """{ "chat_template": "c" }""");
        Assert.Equal("c", ModelChatTemplate.FromFolder(folder.Path, null)!.Source);

        File.WriteAllText(folder.File("tokenizer_config.json"), """{ "chat_template": 1 }""");
        Assert.Equal(ModelFormatError.BadType, Assert.Throws<ModelFormatException>(() => ModelChatTemplate.FromFolder(folder.Path, null)).Kind);

        File.WriteAllText(folder.File("chat_template.jinja"), "f");
        Assert.Equal("f", ModelChatTemplate.FromFolder(folder.Path, null)!.Source);
    }

    /// <summary>No tools and no content in parts: a built-in template knows neither.</summary>
    private static bool IsPlain(JsonObject input) =>
        input["tools"] is null && input["documents"] is null
        && input["messages"]!.AsArray().All(message => message!["content"] is JsonValue && message["tool_calls"] is null && message["reasoning_content"] is null)
        && !input["messages"]!.ToJsonString().Contains("think>", StringComparison.Ordinal);

    private static string? Output(ChatTemplate template, JsonObject input)
    {
        try
        {
            return template.Render(input, TemplateRun.Options, TestContext.Current.CancellationToken);
        }
        catch (ChatTemplateException)
        {
            return null;
        }
    }
}
