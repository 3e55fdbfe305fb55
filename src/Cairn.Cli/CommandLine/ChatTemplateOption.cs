using System.CommandLine;
using Cairn.Cli.Output;
using Cairn.Inference;

namespace Cairn.Cli.CommandLine;

/// <summary><c>--chat-template</c>: a template to use instead of the model's own.</summary>
internal sealed class ChatTemplateOption : Option<string?>
{
    public ChatTemplateOption()
        : base("--chat-template")
    {
        Description = "Template to use instead of the model's own: a built-in one (cairn template --list) or a Jinja file.";
        HelpName = "name|file";
    }

    /// <summary>Says which built-in template stands in for one that the model does not have.</summary>
    public static async Task RemarkAsync(LanguageModel model, CliConsole console)
    {
        if (model.ChatTemplate is { IsBuiltIn: true } template)
        {
            await console.Error.WriteLineAsync($"chat template: {template.Name} (built in)").ConfigureAwait(false);
        }
    }
}
