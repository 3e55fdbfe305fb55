using System.Text.Json.Nodes;
using Cairn.Models.ChatTemplates;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.ChatTemplates;

public sealed class ChatTemplateFuzzTests
{
    private static readonly string[] Fragments =
    [
        "{%", "%}", "{{", "}}", "{#", "#}", "-", "+", "|", "'", "\"", "(", ")", "[", "]", "{", "}", "\n", " ", "if", "endif",
        "for", "endfor", "set", "~", "=", ".", "loop", "not", "is", "in", "\\", "0", ",", ":", "*", "**", "%", "é", "\ud83d",
    ];

    [Fact]
    public void Damaged_templates_fail_only_with_template_errors()
    {
        var conversations = JsonNode.Parse(File.ReadAllText(SharedFiles.Golden("chat-templates/conversations.json")))!.AsArray();
        var sources = Directory.GetFiles(SharedFiles.Golden("chat-templates/templates"), "*.jinja")
            .Order()
            .Select(File.ReadAllText)
            .ToArray();
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var text = sources[random.Next(sources.Length)];
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                text = Damage(text, random);
            }

            var input = conversations[random.Next(conversations.Count)]!["input"]!.AsObject();
            try
            {
                ChatTemplate.Parse(text, "damaged").Render(input, TemplateRun.Options, TestContext.Current.CancellationToken);
            }
            catch (ChatTemplateException)
            {
                // The expected way to fail.
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {exception}");
            }
        }
    }

    private static string Damage(string text, Random random)
    {
        var at = random.Next(text.Length + 1);
        var tag = text.IndexOf('{', at);
        at = tag >= 0 && random.Next(3) > 0 ? Math.Min(text.Length, tag + random.Next(30)) : at;
        var end = Math.Min(text.Length, at + random.Next(10));
        return random.Next(3) switch
        {
            0 => text.Remove(at, end - at),
            1 => text.Insert(at, Fragments[random.Next(Fragments.Length)]),
            _ => text.Remove(at, end - at).Insert(at, Fragments[random.Next(Fragments.Length)]),
        };
    }
}
