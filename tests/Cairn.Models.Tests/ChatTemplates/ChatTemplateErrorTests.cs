using Xunit;
using Kind = Cairn.Models.ChatTemplates.ChatTemplateError;

namespace Cairn.Models.Tests.ChatTemplates;

public sealed class ChatTemplateErrorTests
{
    [Theory]
    [InlineData("{{ 1 }}\n\n{{ x.y }}", Kind.Undefined, 3)]
    [InlineData("a\nb {{ 'a' + 1 }}", Kind.Other, 2)]
    [InlineData("\n\n{% if %}{% endif %}", Kind.Syntax, 3)]
    [InlineData("{% if true %}\n{{ raise_exception('no') }}{% endif %}", Kind.Raised, 2)]
    [InlineData("{#\n\n#}{{ ''.__class__ ~ 1 }}{{ ''.__class__.x }}", Kind.Security, 3)]
    [InlineData("{% for i in [1] %}\n{{ i }}", Kind.Syntax, 2)]
    [InlineData("{{ [\n1,\n2 }}", Kind.Syntax, 3)]
    public void Errors_have_their_kind_and_line(string template, Kind kind, int line)
    {
        var exception = TemplateRun.Fails(template);

        Assert.Equal(kind, exception.Kind);
        Assert.Equal(line, exception.Line);
    }

    [Fact]
    public void Raised_message_is_shown_as_it_is_and_others_with_their_place()
    {
        Assert.Equal("Only users here!", TemplateRun.Fails("{{ raise_exception('Only users here!') }}").Message);
        Assert.Equal("Chat template 'test', line 1: 'x' is undefined", TemplateRun.Fails("{{ x.y }}").Message);
    }

    [Theory]
    [InlineData("{{ l.append(1) }}")]
    [InlineData("{{ l.sort() }}")]
    [InlineData("{{ d.update({'a': 2}) }}")]
    [InlineData("{{ d.pop('a') }}")]
    [InlineData("{{ d['clear']() }}")]
    [InlineData("{{ (l | attr('pop'))() }}")]
    [InlineData("{{ ''.__class__.__mro__ }}")]
    [InlineData("{{ '{0.__class__.x}'.format(1) }}")]
    [InlineData("{{ range.__globals__['x'] }}")]
    public void Sandbox_refuses_changes_and_private_attributes(string template)
    {
        var exception = TemplateRun.Fails(template, """{"l": [2, 1], "d": {"a": 1}}""");

        Assert.Equal(Kind.Security, exception.Kind);
    }

    [Fact]
    public void Hidden_attributes_print_as_nothing_and_are_not_defined() =>
        Assert.Equal("[] False", TemplateRun.Render("[{{ ''.__class__ }}] {{ [].append is defined }}"));

    [Fact]
    public void Other_templates_cannot_be_reached() =>
        Assert.Equal(Kind.Other, TemplateRun.Fails("{% include '/etc/passwd' %}").Kind);
}
