using System.Text.Json.Nodes;
using Cairn.Models.ChatTemplates;
using Xunit;

namespace Cairn.Models.Tests.ChatTemplates;

/// <summary>Templates that would take all memory, time or stack end with a limit error instead.</summary>
public sealed class ChatTemplateLimitTests
{
    private static string Loops(int depth, string body) =>
        string.Concat(Enumerable.Range(0, depth).Select(i => $"{{% for i{i} in range(1000) %}}")) + body +
        string.Concat(Enumerable.Repeat("{% endfor %}", depth));

    public static TheoryData<string> Hostile =>
    [
        Loops(5, "x"),
        Loops(5, ""),
        "{{ 'a' * 1000000000000 }}",
        "{{ [0] * 1000000000 }}",
        "{{ 2 ** 100000000 }}",
        "{% set n = namespace(x='ab') %}" + Loops(2, "{% set n.x = n.x ~ n.x %}"),
        "{% set n = namespace(x=[1]) %}" + Loops(2, "{% set n.x = n.x + n.x %}"),
        "{% set n = namespace(x=[1], y=[1]) %}" + Loops(
            2, "{% set n.x = [n.x, n.x] %}{% set n.y = [n.y, n.y] %}{% if n.x == n.y %}{% endif %}"),
        "{% set n = namespace(x=[1]) %}" + Loops(2, "{% set n.x = [n.x] %}") + "{{ n.x }}",
        "{% set n = namespace() %}{% set n.n = n %}{{ n }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% set a = 'a' * 4000000 %}{% set b = a ~ 'b' %}" + Loops(1, "{{ b in a ~ a }}"),
        "{% set a = 'a' * 4000000 %}{{ a.split('a') | length }}",
        "{% set a = 'a' * 4000000 %}{{ a.replace('a', a) }}",
        "{% set a = 'a' * 1000000 %}{{ ([a] * 1000) | join(a) }}",
        "{% set a = ['a' * 1000000, 'a' * 999999 ~ 'b'] * 50000 %}{{ a | sort | length }}",
        "{% set a = range(100000) | list %}" + Loops(2, "{{ a.count(-1) }}"),
        "{% set a = range(100000) | list %}" + Loops(2, "{% if -1 in a %}{% endif %}"),
        "{{ '%1000000000d' % 1 }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 'a'.center(1000000000) }}",
        "{{ 'a\nb' | indent(1000000000) }}",
        "{{ [1] | tojson(indent=1000000000) }}",
        "{{ ('x ' * 200000) | wordwrap(1) | length }}{{ ('x' * 400000) | wordwrap(1) | length }}" + Loops(5, ""),
        "{{ ('<' * 4000000) | striptags | length }}{{ ('<!--' * 1000000) | striptags | length }}" + Loops(5, ""),
        "{{ " + string.Concat(Enumerable.Repeat("(", 5000)) + "1" + string.Concat(Enumerable.Repeat(")", 5000)) + " }}",
        "{{ " + string.Concat(Enumerable.Repeat("not ", 300_000)) + "1 }}",
        "{{ " + string.Concat(Enumerable.Repeat("-", 300_000)) + "1 }}",
        "{{ 1" + string.Concat(Enumerable.Repeat(" + 1", 200_000)) + " }}",
        "{{ x" + string.Concat(Enumerable.Repeat("[0]", 200_000)) + " is defined }}",
        "{{ 1" + string.Concat(Enumerable.Repeat(" | string", 50_000)) + " }}",
        string.Concat(Enumerable.Repeat("{% if 1 %}", 5000)) + string.Concat(Enumerable.Repeat("{% endif %}", 5000)),
        "{% set " + string.Concat(Enumerable.Repeat("(", 300_000)) + "x" + string.Concat(Enumerable.Repeat(")", 300_000)) +
            " = 1 %}",
        new string('x', 2_000_000),
    ];

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public void Hostile_template_ends_with_a_limit(string template)
    {
        // Fewer steps than by default, so that the suite stays quick.
        var exception = TemplateRun.Fails(template, options: new() { MaxSteps = 2_000_000 });

        // One of the cases reads an undefined name, which is as good an end.
        Assert.True(exception.Kind is ChatTemplateError.Limit or ChatTemplateError.Undefined, exception.Message);
    }

    [Fact]
    public void Range_has_the_limit_of_the_reference() =>
        Assert.Contains("100000", TemplateRun.Fails("{{ range(100001) }}").Message, StringComparison.Ordinal);

    [Fact]
    public void Limits_can_be_set_lower()
    {
        Assert.Equal(
            ChatTemplateError.Limit, TemplateRun.Fails("{{ 'abcdef' }}", options: new() { MaxOutputLength = 5 }).Kind);
        Assert.Equal(
            ChatTemplateError.Limit,
            TemplateRun.Fails("{% for i in range(50) %}{% endfor %}", options: new() { MaxSteps = 40 }).Kind);
    }

    [Fact]
    public void Cancelling_stops_a_rendering()
    {
        var template = ChatTemplate.Parse(Loops(5, ""), "endless");
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            template.Render([], new ChatTemplateOptions { MaxSteps = long.MaxValue }, source.Token));
    }

    [Fact]
    public void Long_conversations_fit_the_default_limits()
    {
        const string Template = "{% for m in messages %}{% if messages | length > 1 and m.role in ['user', 'assistant'] %}" +
            "{{ '<' + m['role'] + '>' + m['content'] | trim + '\n' }}{% endif %}{% endfor %}";
        var messages = new JsonArray();
        for (var i = 0; i < 2000; i++)
        {
            messages.Add((JsonNode)new JsonObject
            {
                ["role"] = i % 2 == 0 ? "user" : "assistant",
                ["content"] = new string('x', 2000),
            });
        }

        var text = ChatTemplate.Parse(Template, "chat")
            .Render(new JsonObject { ["messages"] = messages }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(text.Length > 4_000_000);
    }
}
