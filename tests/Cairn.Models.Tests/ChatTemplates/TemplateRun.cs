using System.Text.Json.Nodes;
using Cairn.Models.ChatTemplates;
using Xunit;

namespace Cairn.Models.Tests.ChatTemplates;

/// <summary>Renders a template with the pinned clock; an error becomes text that names its kind.</summary>
internal static class TemplateRun
{
    public static ChatTemplateOptions Options { get; } = new() { TimeProvider = new FixedClock() };

    public static string Render(string template, string variables = "{}", ChatTemplateOptions? options = null) =>
        ChatTemplate.Parse(template, "test").Render((JsonObject)JsonNode.Parse(variables)!, options ?? Options);

    public static ChatTemplateException Fails(string template, string variables = "{}", ChatTemplateOptions? options = null) =>
        Assert.Throws<ChatTemplateException>(() => Render(template, variables, options));

    /// <summary>What a golden row expects, against what happened; null when they agree.</summary>
    public static string? Compare(JsonObject row, Func<string> render)
    {
        var error = (string?)row["error"];
        string? output = null;
        ChatTemplateException? failure = null;
        try
        {
            output = render();
        }
        catch (ChatTemplateException exception)
        {
            failure = exception;
        }

        var kind = failure?.Kind.ToString().ToLowerInvariant();
        if (kind != error)
        {
            return $"expected {error ?? "output"} ({row["message"] ?? row["output"]}), got {kind ?? "output"} ({failure?.Reason ?? output})";
        }

        if (error == "raised" && failure!.Message != (string?)row["message"])
        {
            return $"expected message {row["message"]}, got {failure.Message}";
        }

        return output == (string?)row["output"]
            ? null
            : $"expected:\n{row["output"]?.ToJsonString()}\ngot:\n{JsonValue.Create(output)?.ToJsonString()}";
    }
}
