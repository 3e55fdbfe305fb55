namespace Cairn.Hub;

/// <summary>How a model is stored.</summary>
public enum ModelFormat
{
    /// <summary>One GGUF file.</summary>
    Gguf,

    /// <summary>A folder with config.json and safetensors files.</summary>
    HuggingFace,
}
