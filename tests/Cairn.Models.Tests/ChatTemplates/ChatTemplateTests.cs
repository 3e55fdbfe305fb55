using Cairn.Models.ChatTemplates;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.ChatTemplates;

public sealed class ChatTemplateTests
{
    private const string ChatMl =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}" +
        "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    [Fact]
    public void Turns_render_with_the_opening_of_the_answer()
    {
        var template = ChatTemplate.Parse(ChatMl, "chatml");

        var text = template.Render([new("system", "Be kind."), new("user", "Hi {{ 7 }}")], true, null, "</s>");

        Assert.Equal(
            "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi {{ 7 }}<|im_end|>\n<|im_start|>assistant\n", text);
    }

    [Fact]
    public void Tokens_that_a_model_lacks_are_empty() =>
        Assert.Equal("[][<e>]", ChatTemplate.Parse("[{{ bos_token }}][{{ eos_token }}]", "t").Render([], false, null, "<e>"));

    [Fact]
    public void One_template_renders_on_many_threads()
    {
        var template = ChatTemplate.Parse(ChatMl, "chatml");
        var expected = template.Render([new("user", "x")], true, null, null);

        var texts = new string[200];
        Parallel.For(0, texts.Length, i => texts[i] = template.Render([new("user", "x")], true, null, null));

        Assert.All(texts, text => Assert.Equal(expected, text));
    }

    [Fact]
    public void Clock_comes_from_the_options() =>
        Assert.Equal("04 Jul 2025 12:34", TemplateRun.Render("{{ strftime_now('%d %b %Y %H:%M') }}"));

    [Fact]
    public void Source_and_name_are_kept()
    {
        var template = ChatTemplate.Parse("a\n", "n");

        Assert.Equal("a\n", template.Source);
        Assert.Equal("n", template.Name);
        Assert.Equal("a", template.Render([], cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Smollm2_template_adds_its_system_message()
    {
        var source = File.ReadAllText(SharedFiles.Golden("chat-templates/templates/HuggingFaceTB-SmolLM2-135M-Instruct.jinja"));

        var text = ChatTemplate.Parse(source, "smollm2").Render([new("user", "Hi")], true, "<|im_start|>", "<|im_end|>");

        Assert.StartsWith("<|im_start|>system\nYou are a helpful AI assistant named SmolLM", text, StringComparison.Ordinal);
        Assert.EndsWith("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", text, StringComparison.Ordinal);
    }
}
