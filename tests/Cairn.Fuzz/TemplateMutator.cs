using System.Text;

namespace Cairn.Fuzz;

/// <summary>Spoils chat templates: splices in what the language is made of, moves pieces, or edits bytes.</summary>
internal static class TemplateMutator
{
    private static readonly string[] Pieces =
    [
        "{%", "%}", "{{", "}}", "{#", "#}", "{%-", "-%}", "|", "(", ")", "[", "]", "{", "}", ".", ":", ",", "'", "\"", "~", "+", "-", "*", "**", "//", "%",
        "{% for i in range(1000000000) %}x{% endfor %}", "{% for i in range(3) %}", "{% endfor %}", "{% if messages %}", "{% endif %}", "{% else %}",
        "{% set x = messages %}", "{% macro m(a) %}{{ m(a) }}{% endmacro %}{{ m(1) }}", "{% set ns = namespace(x=0) %}", "{% set ns.x = ns.x + 1 %}",
        "{{ 'a' * 1000000000 }}", "{{ [0] * 1000000000 }}", "{{ 2 ** 100000 }}", "{{ messages | tojson }}", "{{ messages | list | join }}",
        "{{ x.__class__ }}", "{{ messages[0] }}", "{{ messages[-99] }}", "{{ raise_exception('no') }}", "{{ '%s' % messages }}", "{{ '{0}'.format(1) }}",
        "{{ messages | sort }}", "{{ messages | batch(0) }}", "{{ 'x' | center(100000000) }}", "{{ 'a' | replace('', 'b') }}", "{% generation %}",
        "{% break %}", "{% continue %}", "{% include 'x' %}", "{% call m() %}", "{% filter upper %}", "{{ loop.index }}", "\\u0000", "\ud83d",
        "{{ range(10**9) | list }}", "{{ strftime_now('%' * 10000) }}", "not ", " in ", " is ", " if ", " and ", " or ", "none", "0", "1e400",
    ];

    /// <summary>Spoils a template in one to four places.</summary>
    public static byte[] Mutate(byte[] content, Random random)
    {
        if (random.Next(4) == 0) return ByteMutator.Mutate(content, content.Length, random);

        var text = new StringBuilder(Encoding.UTF8.GetString(content));
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var at = random.Next(text.Length + 1);
            switch (random.Next(4))
            {
                case 0 when text.Length > 0:
                    text.Remove(Math.Min(at, text.Length - 1), Math.Min(random.Next(1, 30), text.Length - Math.Min(at, text.Length - 1)));
                    break;
                case 1 when text.Length > 0:
                    var from = random.Next(text.Length);
                    text.Insert(at, text.ToString(from, Math.Min(random.Next(1, 60), text.Length - from)));
                    break;
                case 2:
                    text.Insert(at, string.Concat(Enumerable.Repeat(Pieces[random.Next(Pieces.Length)], random.Next(1, 300))));
                    break;
                default:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
