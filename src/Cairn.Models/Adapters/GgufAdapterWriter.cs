using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>Writes a PEFT adapter as llama.cpp reads it.</summary>
internal sealed class GgufAdapterWriter
{
    private readonly AdapterFile _file;
    private readonly DecoderConfiguration _decoder;
    private readonly AdapterConversionOptions _options;
    private readonly AdapterPlaces _places;

    public GgufAdapterWriter(AdapterFile file, DecoderConfiguration decoder, AdapterConversionOptions options)
    {
        _file = file;
        _decoder = decoder;
        _options = options;
        RequireForm();
        _places = new AdapterPlaces(file, decoder);
    }

    public AdapterConversionResult Write(string path)
    {
        var scales = AdapterScales.Choose(_file.Modules);
        var rounding = scales.Rounding;
        var writer = new GgufWriter();
        WriteMetadata(writer, scales.Alpha);
        for (var i = 0; i < _file.Modules.Count; i++)
        {
            var module = _file.Modules[i];
            rounding = Math.Max(rounding, Add(writer, module, _places.Find(module), scales.Factors[i]));
        }

        if (rounding > 0 && !_options.AllowRounding)
        {
            throw Refused(
                $"its modules have scales that one alpha and single precision cannot express exactly (relative error {rounding:E1}); allow rounding (--rounded) to write it all the same");
        }

        writer.Write(path);
        return new AdapterConversionResult(_file.Modules.Count, scales.Factors.Count(factor => factor != 1), rounding);
    }

    private void RequireForm()
    {
        if (_file.UsesMagnitudes) throw Refused("it scales rows to learned lengths (DoRA), for which a GGUF adapter has no tensor");
        if (_file.Replacements.Count > 0)
        {
            throw Refused(
                $"it replaces '{_file.Replacements[0].Name}' as a whole (modules_to_save), for which a GGUF adapter has no tensor");
        }

        if (_file.Modules.All(module => module.Scale == 0)) throw Refused("all its scales are 0, and an alpha of 0 means a scale of 1 there");

        if (_file.Modules.FirstOrDefault(module => module.Kind != AdapterModuleKind.Linear) is { } embedding)
        {
            throw Refused(
                $"it changes the embedding '{embedding.Name}': llama.cpp would apply that to a tied output matrix too, or abort, where PEFT changes the input only");
        }
    }

    private void WriteMetadata(GgufWriter writer, float alpha)
    {
        writer.Add(Architectures.ArchitectureKey, _decoder.Architecture);
        writer.Add(GgufAdapterReader.TypeKey, GgufAdapterReader.TypeValue);
        writer.Add(GgufAdapterReader.AdapterTypeKey, GgufAdapterReader.LoraValue);
        writer.Add("general.name", _file.Name);
        if (_file.BaseModel is { Length: > 0 } name)
        {
            writer.Add("general.base_model.count", 1u);
            writer.Add("general.base_model.0.name", name);
        }

        writer.Add(GgufAdapterReader.AlphaKey, alpha);
    }

    /// <summary>Adds A and B of a module.</summary>
    /// <returns>Largest relative rounding of a value.</returns>
    private double Add(GgufWriter writer, AdapterModule module, CanonicalTensor place, double factor)
    {
        var a = AdapterTensors.ReadFinite(_file.WeightsPath, module.A);
        var b = AdapterLayout.ToCanonicalRows(
            AdapterTensors.ReadFinite(_file.WeightsPath, module.B), module.Rank, place.Layout, _decoder.HeadDim);
        var rounding = Multiply(b, (float)factor, module);
        var (typeOfA, bytesOfA) = AdapterTensors.Encode(a, module.A.Info.Type);
        var (typeOfB, bytesOfB) = AdapterTensors.Encode(b, factor == 1 ? module.B.Info.Type : GgmlType.F32);
        writer.AddTensor(place.Name + GgufAdapterReader.EndOfA, typeOfA, module.A.Info.Shape, stream => stream.Write(bytesOfA));
        writer.AddTensor(place.Name + GgufAdapterReader.EndOfB, typeOfB, module.B.Info.Shape, stream => stream.Write(bytesOfB));
        return rounding;
    }

    private double Multiply(Span<float> values, float factor, AdapterModule module)
    {
        if (factor == 1) return 0;

        var worst = 0.0;
        foreach (ref var value in values)
        {
            var exact = (double)value * factor; // 48 bits at most
            value = (float)exact;
            if (!float.IsFinite(value)) throw Refused($"'{module.Name}' leaves the range of single precision when it takes over its scale of {module.Scale:R}");
            if (exact != 0) worst = Math.Max(worst, Math.Abs((value / exact) - 1));
        }

        return worst;
    }

    private NotSupportedException Refused(string reason) => new($"Adapter '{_file.Name}' cannot be written as GGUF: {reason}.");
}
