namespace Cairn.Models.ChatTemplates;

/// <summary>A chat template that Cairn brings along, for models whose files have none.</summary>
/// <param name="Name">Name for <c>--chat-template</c>.</param>
/// <param name="Description">Which models it is for.</param>
/// <param name="Markers">
/// Tokens that a vocabulary has only when its model was trained on this form: a model with all of them is recognised.
/// Empty when no token tells, so that the template is only used when it is asked for.
/// </param>
public sealed record BuiltInChatTemplate(string Name, string Description, IReadOnlyList<string> Markers)
{
    private readonly Lazy<ChatTemplate> _template = new(() => ChatTemplate.ParseBuiltIn(ReadSource(Name), Name));

    /// <summary>The template, parsed once.</summary>
    public ChatTemplate Template => _template.Value;

    private static string ReadSource(string name)
    {
        var resource = $"Cairn.Models.ChatTemplates.BuiltIn.{name}.jinja";
        using var stream = typeof(BuiltInChatTemplate).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource '{resource}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
