using Google.Protobuf;

namespace Cairn.Benchmarks.Onnx;

/// <summary>The operators of an ONNX file, to see what a runtime made of it.</summary>
/// <remarks>onnx.proto: ModelProto.graph is field 7, GraphProto.node field 1, NodeProto.op_type field 4.</remarks>
internal static class OnnxGraph
{
    private const int ModelGraph = 7;
    private const int GraphNode = 1;
    private const int NodeOperator = 4;

    /// <summary>How often each operator occurs, the most frequent first.</summary>
    public static IReadOnlyList<(string Operator, int Count)> CountOperators(string path) =>
        [.. Fields(ByteString.CopyFrom(File.ReadAllBytes(path)), ModelGraph)
            .SelectMany(graph => Fields(graph, GraphNode))
            .SelectMany(node => Fields(node, NodeOperator))
            .CountBy(name => name.ToStringUtf8())
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (pair.Key, pair.Value))];

    private static IEnumerable<ByteString> Fields(ByteString message, int field)
    {
        using CodedInputStream input = message.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (tag == WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited))
                yield return input.ReadBytes();
            else
                input.SkipLastField();
        }
    }
}
