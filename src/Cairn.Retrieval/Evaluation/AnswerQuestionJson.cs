using System.Text.Json.Serialization;

namespace Cairn.Retrieval.Evaluation;

/// <summary>Questions as their files hold them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AnswerQuestion))]
internal sealed partial class AnswerQuestionJson : JsonSerializerContext;
