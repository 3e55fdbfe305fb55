using Xunit;
using Kind = Cairn.Models.ChatTemplates.ChatTemplateError;

namespace Cairn.Models.Tests.ChatTemplates;

/// <summary>What Python and Jinja do where a reader might expect otherwise; results from jinja2 3.1.6.</summary>
public sealed class ChatTemplateDialectTests
{
    [Theory]
    [InlineData("{{ -7 // 2 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 7 / 2 }} {{ 4 / 2 }}", "-4 2 -2 3.5 2.0")]
    [InlineData("{{ 1e20 }} {{ 1e16 }} {{ 123456.0 }} {{ 0.00001 }} {{ -0.0 }}", "1e+20 1e+16 123456.0 1e-05 -0.0")]
    [InlineData("{{ [1, 'it\\'s', none, true, 2.0, (1,)] }}", "[1, \"it's\", None, True, 2.0, (1,)]")]
    [InlineData("{{ 2.675 | round(2) }} {{ 2.5 | round }} {{ 1350 | round(-2) }}", "2.67 2.0 1400")]
    [InlineData("{{ 'aXbXc'.rsplit('X', 1) }} {{ ' a  b '.split(none, 1) }}", "['aXb', 'c'] ['a', 'b ']")]
    [InlineData("{{ '😀é'[0] }} {{ '😀é' | length }} {{ 'a😀b'[::-1] }} {{ 'x😀y'.find('y') }}", "😀 2 b😀a 2")]
    [InlineData("{{ 'ß'.upper() }} {{ 'ΑΣ'.lower() }} {{ 'ǆ'.title() }} {{ 'ﬁx'.title() }}", "SS ας ǅ Fix")]
    [InlineData("{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ true == 1 }} {{ '1' == 1 }}", "True False True False")]
    [InlineData("{{ -3 | abs }} {{ 2 ** 3 ** 2 }} {{ 1 ~ 2 * 3 }}", "3 64 16")]
    [InlineData("{{ {1: 'a'}[1.0] }} {{ {'a': 1, 'a': 2} }} {{ [1] in [[1]] }}", "a {'a': 2} True")]
    [InlineData("{% set g = [1, 2] | select('odd') %}{{ g | list }}{{ g | list }}", "[1][]")]
    [InlineData("{% for i in [1, 2] %}{% break %}{% else %}none ran to its end{% endfor %}", "none ran to its end")]
    [InlineData("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}", "21")]
    [InlineData("{% for a, b in {'k': 'v'} | items %}{{ a }}{{ b }}{{ loop.length }}{% endfor %}", "kv1")]
    [InlineData("{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(b=2) }}", "112")]
    [InlineData("{% macro m() %}[{{ caller(1) }}]{% endmacro %}{% call(x) m() %}x{{ x }}{% endcall %}", "[x1]")]
    [InlineData("{{ '%05.1f|%-4s|%x' % (3.14159, 'a', 255) }}", "003.1|a   |ff")]
    [InlineData("{{ '{:>4}|{:+d}|{0[1]}'.format('a', 5) }}", null)]
    [InlineData("{{ '{0:>4}|{1:+d}|{2[1]}'.format('a', 5, [7, 8]) }}", "   a|+5|8")]
    [InlineData("{{ ('<'|safe) + '<' }} {{ '<' + '<' }}", "<&lt; <<")]
    [InlineData("{{ 'nope' is filter }} {{ 1 if false }}|{{ x | default('d') }}", "False |d")]
    [InlineData("{% macro o() %}{% macro i() %}{{ caller() }}{% endmacro %}x{% endmacro %}{% call o() %}y{% endcall %}", "x")]
    [InlineData("x{#", "x")]
    [InlineData("a\n  {%- if true %}\n b {%+ endif %}\n c", "a b  c")]
    public void Expression_gives_what_Python_gives(string template, string? expected)
    {
        if (expected is null)
        {
            TemplateRun.Fails(template);
        }
        else
        {
            Assert.Equal(expected, TemplateRun.Render(template));
        }
    }

    [Fact]
    public void Unknown_filter_fails_at_once_but_under_a_condition_only_when_reached()
    {
        Assert.Equal("ok", TemplateRun.Render("{% if false %}{{ 1 | nope }}{% endif %}ok"));
        Assert.Equal("1", TemplateRun.Render("{{ 1 if true else 1 | nope }}"));
        Assert.Equal(Kind.Other, TemplateRun.Fails("{% if true %}{{ 1 | nope }}{% endif %}").Kind);
        Assert.Equal(Kind.Syntax, TemplateRun.Fails("{% for i in [] %}{{ 1 | nope }}{% endfor %}").Kind);
        Assert.Equal(
            Kind.Syntax,
            TemplateRun.Fails("{% if false %}{% for i in [] %}{{ 1 | nope }}{% endfor %}{% endif %}").Kind);
    }

    [Fact]
    public void Clr_numbers_keep_their_kind()
    {
        var variables = new System.Text.Json.Nodes.JsonObject { ["i"] = 3, ["d"] = 3.0, ["big"] = ulong.MaxValue };

        var text = Cairn.Models.ChatTemplates.ChatTemplate.Parse("{{ i }} {{ d }} {{ big }}", "numbers")
            .Render(variables, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("3 3.0 18446744073709551615", text);
    }
}
