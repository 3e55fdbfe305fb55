using System.CommandLine;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Retrieval.Answers;
using Cairn.Retrieval.Search;

namespace Cairn.Cli.Knowledge;

/// <summary>The options of every command that answers from documents.</summary>
internal sealed class AnswerOptions
{
    private readonly EngineOptions _chat;
    private readonly Option<string?> _embedder = new("--embedder")
    {
        Description = "The embedding model (default: all-minilm-l6-v2). A file, a folder or a name of the store.",
        HelpName = "model",
    };

    private readonly Option<string> _phrasing = new("--phrasing")
    {
        Description = "quotes: answer in the documents' own sentences. model: let the chat model word the answer; what strays from the quotes is replaced by them.",
        DefaultValueFactory = _ => new CitedAnswererOptions().Phrasing.ToString().ToLowerInvariant(),
    };

    /// <param name="command">Gets the options.</param>
    public AnswerOptions(Command command)
    {
        _chat = new EngineOptions(command, "The language model (default: smollm2-135m-instruct).");
        _phrasing.AcceptOnlyFromAmong("quotes", "model");
        command.Options.Add(_embedder);
        command.Options.Add(_phrasing);
    }

    /// <summary>Which embedding model, with the threads and arithmetic of the command.</summary>
    public LocalModelOptions Embedder(ParseResult arguments)
    {
        var options = _chat.Read(arguments);
        options.Model = arguments.GetValue(_embedder);
        return options;
    }

    /// <summary>An answerer over an open folder.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="knowledge">The folder.</param>
    /// <param name="models">Loads the language model.</param>
    /// <param name="promptProgress">Told how far the language model has read a prompt; null for nobody.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    public CitedAnswerer Create(
        ParseResult arguments,
        KnowledgeFolder knowledge,
        LocalModels models,
        IProgress<double>? promptProgress,
        CancellationToken cancellationToken)
    {
        var phrasing = Enum.Parse<AnswerPhrasing>(arguments.GetValue(_phrasing)!, ignoreCase: true);
        var model = models.GetLanguageModel(_chat.Read(arguments), cancellationToken);
        return new CitedAnswerer(
            new Retriever(knowledge.Index, knowledge.Embeddings),
            new LocalChatClient(model, promptProgress: promptProgress),
            knowledge.Embeddings,
            new LocalTokenCounter(model.Tokenizer, model.ContextLength),
            new CitedAnswererOptions { Phrasing = phrasing });
    }
}
