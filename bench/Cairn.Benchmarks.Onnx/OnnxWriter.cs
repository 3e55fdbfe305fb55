using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Cairn.Benchmarks.Onnx;

/// <summary>Writes the few messages of onnx.proto that a model of given nodes and weights needs.</summary>
internal sealed class OnnxWriter
{
    private const int Float32 = 1; // TensorProto.DataType
    private const int Int32 = 6;
    private const int FloatAttribute = 1; // AttributeProto.AttributeType
    private const int IntegerAttribute = 2;
    private readonly List<Action<CodedOutputStream>> _graph = [];

    /// <summary>Adds a node (NodeProto: input 1, output 2, op_type 4, attribute 5, domain 7).</summary>
    /// <param name="type">Operator of the domain com.microsoft, or of ONNX where the name is MatMul.</param>
    /// <param name="inputs">Names of values or tensors.</param>
    /// <param name="outputs">Names of the results.</param>
    /// <param name="attributes">Numbers: a float, or an int.</param>
    public void Node(string type, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes) =>
        _graph.Add(graph => Message(graph, 1, node =>
        {
            Array.ForEach(inputs, input => Text(node, 1, input));
            Array.ForEach(outputs, output => Text(node, 2, output));
            Text(node, 4, type);
            Array.ForEach(attributes, attribute => Attribute(node, attribute.Name, attribute.Value));
            Text(node, 7, type == "MatMul" ? string.Empty : "com.microsoft");
        }));

    /// <summary>Adds float weights (TensorProto: dims 1, data_type 2, name 8, raw_data 9).</summary>
    public void Tensor(string name, IEnumerable<long> shape, float[] values) =>
        _graph.Add(graph => Message(graph, 5, tensor =>
        {
            foreach (long dimension in shape)
                Number(tensor, 1, dimension);

            Number(tensor, 2, Float32);
            Text(tensor, 8, name);
            tensor.WriteTag(9, WireFormat.WireType.LengthDelimited);
            tensor.WriteBytes(ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)));
        }));

    /// <summary>The model (ModelProto: ir_version 1, graph 7, opset_import 8).</summary>
    /// <param name="inputs">Names of inputs, int32 [batch, tokens].</param>
    /// <param name="output">Name of the output, float32 [batch, tokens, width].</param>
    public byte[] Finish(string[] inputs, string output)
    {
        using var bytes = new MemoryStream();
        using (var model = new CodedOutputStream(bytes, leaveOpen: true))
        {
            Number(model, 1, 8);
            Message(model, 7, graph =>
            {
                _graph.ForEach(write => write(graph));
                Text(graph, 2, "bert");
                Array.ForEach(inputs, input => Value(graph, 11, input, Int32, ["batch", "tokens"]));
                Value(graph, 12, output, Float32, ["batch", "tokens", "width"]);
            });
            OperatorSet(model, string.Empty, 14);
            OperatorSet(model, "com.microsoft", 1);
        }

        return bytes.ToArray();
    }

    private static void OperatorSet(CodedOutputStream model, string domain, int version) => Message(model, 8, set =>
    {
        Text(set, 1, domain);
        Number(set, 2, version);
    });

    // AttributeProto: name 1, f 2, i 3, type 20.
    private static void Attribute(CodedOutputStream node, string name, object value) => Message(node, 5, attribute =>
    {
        Text(attribute, 1, name);
        if (value is float number)
        {
            attribute.WriteTag(2, WireFormat.WireType.Fixed32);
            attribute.WriteFloat(number);
        }
        else
        {
            Number(attribute, 3, (int)value);
        }

        Number(attribute, 20, value is float ? FloatAttribute : IntegerAttribute);
    });

    // ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1 { dim_param 2 } } } }.
    private static void Value(CodedOutputStream graph, int field, string name, int type, string[] dimensions) =>
        Message(graph, field, value =>
        {
            Text(value, 1, name);
            Message(value, 2, typeProto => Message(typeProto, 1, tensor =>
            {
                Number(tensor, 1, type);
                Message(tensor, 2, shape => Array.ForEach(
                    dimensions, dimension => Message(shape, 1, part => Text(part, 2, dimension))));
            }));
        });

    private static void Text(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Number(CodedOutputStream output, int field, long number)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(number);
    }

    private static void Message(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var message = new CodedOutputStream(bytes, leaveOpen: true))
            write(message);

        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes.ToArray()));
    }
}
