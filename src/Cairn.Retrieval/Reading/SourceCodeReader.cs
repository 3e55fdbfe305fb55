using System.Collections.Frozen;

namespace Cairn.Retrieval.Reading;

/// <summary>
/// Source code and structured text by extension. Blocks are groups of lines that begin at a blank line before an
/// unindented line, so that a function or a class member list stays together; <see cref="Document.Text"/> is the
/// decoded file.
/// </summary>
/// <param name="limits">What one file may cost.</param>
public sealed class SourceCodeReader(ReaderLimits limits) : IDocumentReader
{
    private static readonly FrozenDictionary<string, string> Languages = new Dictionary<string, string>
    {
        [".cs"] = "csharp", [".csx"] = "csharp", [".fs"] = "fsharp", [".vb"] = "vb", [".c"] = "c", [".h"] = "c",
        [".cc"] = "cpp", [".cpp"] = "cpp", [".cxx"] = "cpp", [".hpp"] = "cpp", [".py"] = "python", [".pyi"] = "python",
        [".js"] = "javascript", [".mjs"] = "javascript", [".jsx"] = "javascript", [".ts"] = "typescript",
        [".tsx"] = "typescript", [".java"] = "java", [".kt"] = "kotlin", [".scala"] = "scala", [".go"] = "go",
        [".rs"] = "rust", [".rb"] = "ruby", [".php"] = "php", [".swift"] = "swift", [".m"] = "objective-c",
        [".r"] = "r", [".jl"] = "julia", [".lua"] = "lua", [".pl"] = "perl", [".sh"] = "shell", [".bash"] = "shell",
        [".zsh"] = "shell", [".ps1"] = "powershell", [".cmd"] = "batch", [".bat"] = "batch", [".sql"] = "sql",
        [".css"] = "css", [".scss"] = "scss", [".less"] = "less", [".json"] = "json", [".jsonl"] = "json",
        [".yaml"] = "yaml", [".yml"] = "yaml", [".toml"] = "toml", [".ini"] = "ini", [".cfg"] = "ini", [".xml"] = "xml",
        [".csproj"] = "xml", [".props"] = "xml", [".targets"] = "xml", [".proto"] = "protobuf", [".graphql"] = "graphql",
        [".tf"] = "terraform", [".hs"] = "haskell", [".ml"] = "ocaml", [".ex"] = "elixir", [".exs"] = "elixir",
        [".erl"] = "erlang", [".clj"] = "clojure", [".dart"] = "dart", [".zig"] = "zig", [".asm"] = "assembly",
        [".cu"] = "cuda", [".razor"] = "razor", [".vue"] = "vue", [".gradle"] = "groovy", [".groovy"] = "groovy",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["Dockerfile"] = "dockerfile", ["Makefile"] = "makefile", ["CMakeLists.txt"] = "cmake", ["Jenkinsfile"] = "groovy",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public string Version => "code/1";

    /// <inheritdoc/>
    public bool CanRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return LanguageOf(path) is not null;
    }

    /// <inheritdoc/>
    public Document Read(Stream stream, string path, CancellationToken cancellationToken = default)
    {
        var (text, note) = TextDecoding.Decode(StreamBytes.ReadAll(stream, limits.MaxFileBytes));
        var language = LanguageOf(path);
        var blocks = new List<DocumentBlock>();
        var (start, end, hasBlank) = (-1, -1, false);
        foreach (var line in TextLines.Of(text))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (text.AsSpan(line.Start, line.Length).IsWhiteSpace())
            {
                hasBlank = true;
                continue;
            }

            if (start >= 0 && hasBlank && !char.IsWhiteSpace(text[line.Start]) && text[line.Start] is not ('}' or ')' or ']'))
            {
                Add();
            }

            start = start < 0 ? line.Start : start;
            (end, hasBlank) = (line.End, false);
        }

        Add();
        return new Document(path, Path.GetFileName(path), text, [], blocks) { Notes = note is null ? [] : [note] };

        void Add()
        {
            if (start >= 0)
            {
                blocks.Add(new DocumentBlock(DocumentBlockKind.Code, 0, start, end) { Language = language });
                start = -1;
            }
        }
    }

    private static string? LanguageOf(string path) =>
        Names.GetValueOrDefault(Path.GetFileName(path)) ?? Languages.GetValueOrDefault(Path.GetExtension(path));
}
