using System.Text.Json.Serialization;
using Cairn.Inference.Benchmarks;

namespace Cairn.Cli.Output;

/// <summary>
/// What the command reads from JSON or writes as such beyond <see cref="System.Text.Json.Nodes.JsonNode"/>s, which need no
/// description: generated, because the native build has no reflection to find it.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ThroughputSettings))]
internal sealed partial class CliJson : JsonSerializerContext;
