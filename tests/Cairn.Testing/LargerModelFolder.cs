using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cairn.Testing;

/// <summary>Puts the folder of a language model into one of a model that reads images too.</summary>
public static class LargerModelFolder
{
    /// <summary>Writes such a folder.</summary>
    /// <param name="source">A folder with config.json, model.safetensors and tokenizer files.</param>
    /// <param name="path">An existing folder.</param>
    /// <param name="modelType">The <c>model_type</c> of the whole.</param>
    /// <param name="prefix">Stands for <c>model.</c> before the language model's tensors.</param>
    /// <param name="visionTensor">A tensor of another part.</param>
    public static void Wrap(string source, string path, string modelType, string prefix, string visionTensor)
    {
        foreach (var file in Directory.EnumerateFiles(source, "tokenizer*.json")) File.Copy(file, Path.Combine(path, Path.GetFileName(file)));
        var text = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "config.json")))!.AsObject();
        var whole = new JsonObject { ["model_type"] = modelType, ["eos_token_id"] = text["eos_token_id"]!.DeepClone() };
        text.Remove("eos_token_id");
        whole["text_config"] = text;
        File.WriteAllText(Path.Combine(path, "config.json"), whole.ToJsonString());
        File.WriteAllBytes(
            Path.Combine(path, "model.safetensors"),
            Rename(File.ReadAllBytes(Path.Combine(source, "model.safetensors")), prefix, visionTensor));
    }

    private static byte[] Rename(byte[] file, string prefix, string visionTensor)
    {
        const string Model = "model.";
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var data = file.AsSpan(8 + length);
        var header = new JsonObject();
        foreach (var (name, value) in JsonNode.Parse(file.AsSpan(8, length))!.AsObject())
        {
            header[name.StartsWith(Model, StringComparison.Ordinal) ? prefix + name[Model.Length..] : name] = value!.DeepClone();
        }

        header[visionTensor] = new JsonObject
        {
            ["dtype"] = "F32", ["shape"] = new JsonArray(2, 3), ["data_offsets"] = new JsonArray(data.Length, data.Length + 24),
        };
        var text = JsonSerializer.SerializeToUtf8Bytes(header).ToList();
        while (text.Count % 8 != 0) text.Add((byte)' ');
        var size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, text.Count);
        return [.. size, .. text, .. data, .. new byte[24]];
    }
}
