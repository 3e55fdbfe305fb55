using System.Text.Json.Serialization;

namespace Cairn.Retrieval.Indexing;

/// <summary>Receipts as the index stores them.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(IngestionReceipt))]
internal sealed partial class ReceiptJson : JsonSerializerContext;
