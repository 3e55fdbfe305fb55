namespace Cairn.Retrieval.Reading;

/// <summary>Finds the reader for a file and keeps it within the limits. Thread-safe.</summary>
public sealed class DocumentReaders
{
    private readonly IReadOnlyList<IDocumentReader> _readers;

    /// <summary>Makes a set of readers.</summary>
    /// <param name="readers">Asked in order; the first that can read a name gets the file.</param>
    /// <param name="limits">What one file may cost; null for the defaults.</param>
    public DocumentReaders(IEnumerable<IDocumentReader> readers, ReaderLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(readers);
        _readers = [.. readers];
        Limits = limits ?? ReaderLimits.Default;
    }

    /// <summary>All readers of Cairn with the default limits.</summary>
    public static DocumentReaders Default { get; } = Create(ReaderLimits.Default);

    /// <summary>What one file may cost.</summary>
    public ReaderLimits Limits { get; }

    /// <summary>All readers of Cairn.</summary>
    /// <param name="limits">What one file may cost.</param>
    public static DocumentReaders Create(ReaderLimits limits) =>
        new([new MarkdownReader(limits), new SourceCodeReader(limits), new PlainTextReader(limits), new PdfReader(limits), new HtmlReader(limits), new DocxReader(limits)], limits);

    /// <summary>The reader for a file by its name; null when there is none.</summary>
    public IDocumentReader? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _readers.FirstOrDefault(reader => reader.CanRead(path));
    }

    /// <summary>Reads a file's content within the limits.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="path">Path relative to the folder; its extension says the format.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DocumentReadException">The file gives no document; says why.</exception>
    /// <remarks>
    /// The parser runs on its own thread. One that overruns the time budget is told to stop and, if it does not listen,
    /// left behind: its thread ends with the process, its file is reported as timed out.
    /// </remarks>
    public async Task<Document> ReadAsync(byte[] content, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var reader = Find(path) ?? throw Unsupported(path);
        CheckSize(content.LongLength);
        if (content.Length == 0)
        {
            throw new DocumentReadException(DocumentReadError.Empty, "The file has no bytes.");
        }

        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = StartThread(() => reader.Read(new MemoryStream(content, writable: false), path, budget.Token));
        budget.CancelAfter(Limits.TimeBudget);
        try
        {
            var document = await work.WaitAsync(Limits.TimeBudget + TimeSpan.FromMilliseconds(250), cancellationToken)
                .ConfigureAwait(false);
            return Check(document);
        }
        catch (Exception error) when (
            error is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new DocumentReadException(
                DocumentReadError.TimedOut,
                $"Reading took longer than the {Limits.TimeBudget.TotalSeconds:0.#} s that one file may take.", error);
        }
        catch (Exception error) when (error is not (DocumentReadException or OperationCanceledException))
        {
            // Parsers of outside formats throw anything on damaged input.
            throw new DocumentReadException(
                DocumentReadError.Corrupt, $"The file breaks the rules of its format: {FirstLine(error.Message)}", error);
        }
    }

    /// <summary>Throws when a file is larger than the limit.</summary>
    public void CheckSize(long bytes)
    {
        if (bytes > Limits.MaxFileBytes)
        {
            throw new DocumentReadException(
                DocumentReadError.TooLarge, $"The file has {bytes:N0} bytes; the limit is {Limits.MaxFileBytes:N0}.");
        }
    }

    /// <summary>The refusal of a file whose name no reader knows.</summary>
    public static DocumentReadException Unsupported(string path)
    {
        var extension = Path.GetExtension(path);
        return new DocumentReadException(
            DocumentReadError.Unsupported,
            extension.Length == 0 ? "No reader knows files of this name." : $"No reader knows '{extension}' files.");
    }

    private Document Check(Document document)
    {
        if (document.Text.Length > Limits.MaxTextLength)
        {
            throw new DocumentReadException(
                DocumentReadError.TooLarge,
                $"The text has {document.Text.Length:N0} characters; the limit is {Limits.MaxTextLength:N0}.");
        }

        return document.Blocks.Count > 0
            ? document
            : throw new DocumentReadException(DocumentReadError.Empty, "The file holds no words.");
    }

    private static Task<Document> StartThread(Func<Document> read)
    {
        // Deeply nested input recurses in some parsers: a large stack, and never the caller's thread.
        const int StackBytes = 64 << 20;
        var completion = new TaskCompletionSource<Document>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                try
                {
                    completion.SetResult(read());
                }
                catch (Exception error)
                {
                    completion.SetException(error);
                }
            },
            StackBytes)
        {
            IsBackground = true,
            Name = "cairn document reader",
        };
        thread.Start();
        return completion.Task;
    }

    private static string FirstLine(string message)
    {
        const int Longest = 200;
        var line = message.Split('\n', 2)[0].Trim();
        return line.Length > Longest ? line[..Longest] + "…" : line;
    }
}
