namespace Cairn.Models.Adapters;

/// <summary>How an adapter is stored.</summary>
public enum AdapterFormat
{
    /// <summary>A folder with <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>; modules have Hugging Face names.</summary>
    Peft,

    /// <summary>One GGUF file; modules have GGUF tensor names.</summary>
    Gguf,
}
