using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cairn.Hub.Inspection;

/// <summary>Values of a configuration file, written on one line.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class InspectionJson : JsonSerializerContext;
