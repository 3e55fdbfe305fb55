using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.SyncHost;

// Syncs a folder until somebody kills it: Cairn.Retrieval.SyncHost <index file> <folder> <milliseconds a batch>.
// Prints a line for each batch, so that the killer knows how far it is.
var space = new EmbeddingSpace("words", "1", 48, "sum", "");
var options = new IndexOptions { CommitChunks = 8, EmbeddingBatchSize = 4 };
using var index = DocumentIndex.Open(args[0], space, options);
using var embedder = new WordEmbedder(
    48, TimeSpan.FromMilliseconds(int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture)));
embedder.BeforeBatch = () => Console.WriteLine("batch");
Console.WriteLine("ready");
var receipt = await index.SyncAsync(args[1], embedder, new Chunker(new WordCounter()));
Console.WriteLine($"done {receipt.Files.Count}");
