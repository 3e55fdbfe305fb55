using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Cairn.Cli.Output;
using Cairn.Hub;
using Cairn.Hub.Inspection;

namespace Cairn.Cli.Commands;

/// <summary>The description of a model, for people and for scripts; bounded whatever the file holds.</summary>
internal static class InspectionText
{
    private const int MostMetadata = 1000;
    private const int LongestLine = 100;

    /// <summary>Lines of text.</summary>
    /// <param name="inspection">The description.</param>
    /// <param name="tensors">Whether to list every tensor.</param>
    public static string Format(ModelInspection inspection, bool tensors)
    {
        var text = new StringBuilder();
        AppendHead(text, inspection);
        AppendMemory(text, inspection);
        text.Append('\n');
        foreach (var type in inspection.Types)
        {
            var note = type.IsSupported ? "" : "  (cannot be run)";
            Line(text, $"{type.Type,-8} {type.TensorCount,5} tensors {type.ParameterCount,15:N0} weights {DataSize.Format(type.SizeInBytes),10}{note}");
        }

        text.Append('\n');
        foreach (var entry in inspection.Metadata.Take(MostMetadata)) Line(text, $"{Shorten(entry.Key)} ({entry.Type}) {Shorten(entry.Value ?? "")}");
        if (inspection.Metadata.Count > MostMetadata) Line(text, $"… and {inspection.Metadata.Count - MostMetadata:N0} keys more");
        if (!tensors) return text.ToString();

        text.Append('\n');
        AppendTensors(text, inspection);
        return text.ToString();
    }

    /// <summary>The same as one object.</summary>
    public static JsonObject ToJson(ModelInspection inspection, bool tensors)
    {
        var result = new JsonObject
        {
            ["name"] = inspection.Model.Name,
            ["path"] = inspection.Model.Path,
            ["sha256"] = inspection.Model.Sha256,
            ["architecture"] = inspection.Model.Architecture,
            ["kind"] = inspection.Model.Kind.ToString().ToLowerInvariant(),
            ["parameters"] = inspection.ParameterCount,
            ["size_in_bytes"] = inspection.Model.SizeInBytes,
            ["bits_per_weight"] = inspection.BitsPerWeight,
            ["context_length"] = inspection.ContextLength,
            ["memory_per_token"] = inspection.MemoryPerToken,
            ["memory_with_full_context"] = inspection.ContextLength is { } context ? inspection.EstimateMemory(context) : null,
            ["context_memory"] = new JsonObject(inspection.SampleContextLengths.Select(length =>
                KeyValuePair.Create(length.ToString(CultureInfo.InvariantCulture), (JsonNode?)inspection.EstimateCache(length)))),
            ["features"] = new JsonObject(inspection.Features.Select(feature => KeyValuePair.Create(feature.Name, (JsonNode?)feature.Value))),
            ["tokenizer"] = inspection.Tokenizer is { } tokenizer ? ToJson(tokenizer) : null,
            ["has_chat_template"] = inspection.HasChatTemplate,
            ["built_in_chat_template"] = inspection.BuiltInChatTemplate,
            ["problem"] = inspection.Problem,
            ["types"] = new JsonArray([.. inspection.Types.Select(type => (JsonNode)new JsonObject
            {
                ["type"] = type.Type,
                ["tensors"] = type.TensorCount,
                ["weights"] = type.ParameterCount,
                ["size_in_bytes"] = type.SizeInBytes,
                ["supported"] = type.IsSupported,
            })]),
            ["metadata"] = new JsonObject(inspection.Metadata.Take(MostMetadata)
                .Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)(entry.Value ?? entry.Type)))),
            ["metadata_omitted"] = Math.Max(0, inspection.Metadata.Count - MostMetadata),
        };
        if (tensors)
        {
            result["tensors"] = new JsonArray([.. inspection.Tensors.Select(tensor => (JsonNode)new JsonObject
            {
                ["name"] = tensor.Name,
                ["type"] = tensor.TypeName,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(length => (JsonNode)length)]),
                ["size_in_bytes"] = tensor.SizeInBytes,
            })]);
        }

        return result;
    }

    private static void AppendHead(StringBuilder text, ModelInspection inspection)
    {
        var model = inspection.Model;
        var kind = model.Kind == ModelKind.Unknown ? "" : $" ({model.Kind.ToString().ToLowerInvariant()})";
        Line(text, $"name                    {model.Name}");
        Line(text, $"path                    {model.Path}");
        Line(text, $"sha256                  {model.Sha256 ?? "(folder)"}");
        Line(text, $"architecture            {Shorten(model.Architecture ?? "?")}{kind}");
        Line(text, $"parameters              {inspection.ParameterCount:N0}");
        Line(text, $"size                    {DataSize.Format(model.SizeInBytes)}, {inspection.BitsPerWeight:F2} bits a weight");
        foreach (var feature in inspection.Features) Line(text, $"{feature.Name.Replace('_', ' '),-23} {feature.Value}");
        if (inspection.Tokenizer is { } tokenizer)
        {
            var pre = tokenizer.PreTokenizer is { } name ? $", pre-tokeniser {Shorten(name)}" : "";
            Line(text, $"tokenizer               {Shorten(tokenizer.Kind)}, {tokenizer.TokenCount:N0} tokens{pre}");
            if (tokenizer.Problem is { } reason) Line(text, $"                        cannot be used: {reason}");
            foreach (var token in tokenizer.SpecialTokens) Line(text, $"                        {token.Role.Replace('_', ' ')}: {token.Id} {Shorten(token.Text)}");
        }

        var template = inspection.HasChatTemplate ? "own" : inspection.BuiltInChatTemplate is { } builtIn ? $"none; built-in {builtIn}" : "none";
        Line(text, $"chat template           {template}");
        if (inspection.Problem is { } problem) Line(text, $"problem                 {problem}");
    }

    private static void AppendMemory(StringBuilder text, ModelInspection inspection)
    {
        if (inspection.ContextLength is { } context) Line(text, $"context                 {context:N0} tokens");
        foreach (var length in inspection.SampleContextLengths)
        {
            Line(text, $"                        {length,9:N0}: {DataSize.Format(inspection.EstimateCache(length)),10} of keys and values, {DataSize.Format(inspection.EstimateMemory(length)),10} with the weights");
        }
    }

    private static void AppendTensors(StringBuilder text, ModelInspection inspection)
    {
        var rows = inspection.Tensors.Select(tensor => (Name: Shorten(tensor.Name), tensor.TypeName, tensor.ShapeText, tensor.SizeInBytes)).ToList();
        var name = rows.Select(row => row.Name.Length).DefaultIfEmpty().Max();
        var shape = rows.Select(row => row.ShapeText.Length).DefaultIfEmpty().Max();
        foreach (var row in rows)
        {
            Line(text, $"{row.Name.PadRight(name)}  {row.TypeName,-6} {row.ShapeText.PadRight(shape)} {DataSize.Format(row.SizeInBytes),10}");
        }
    }

    private static JsonObject ToJson(TokenizerSummary tokenizer) => new()
    {
        ["kind"] = tokenizer.Kind,
        ["pre_tokenizer"] = tokenizer.PreTokenizer,
        ["tokens"] = tokenizer.TokenCount,
        ["special_tokens"] = new JsonArray([.. tokenizer.SpecialTokens.Select(token =>
            (JsonNode)new JsonObject { ["role"] = token.Role, ["id"] = token.Id, ["text"] = token.Text })]),
        ["problem"] = tokenizer.Problem,
    };

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings("\\n");
        return line.Length > LongestLine ? line[..LongestLine] + "…" : line;
    }
}
