using Cairn.Models.Gguf;

namespace Cairn.Models.Configuration;

/// <summary>A decoder family: how its metadata reads and which tensors it has. One subclass a family.</summary>
public abstract class DecoderArchitecture
{
    /// <summary>The family's name in <c>general.architecture</c>, and in <c>model_type</c> of config.json.</summary>
    public abstract string Name { get; }

    /// <summary>Reads and checks the metadata of a GGUF file.</summary>
    /// <exception cref="ModelFormatException">A key is missing, wrong or asks for something that is not implemented.</exception>
    public abstract DecoderConfiguration Read(GgufFile file);

    /// <summary>Reads and checks the configuration of a Hugging Face folder.</summary>
    /// <param name="folder">The folder's JSON files.</param>
    /// <exception cref="ModelFormatException">A key is missing, wrong or asks for something that is not implemented.</exception>
    public abstract DecoderConfiguration Read(ModelFolder folder);

    /// <summary>The tensors that a model of this configuration has, layer after layer, made as they are asked for.</summary>
    public abstract IEnumerable<TensorRequirement> GetTensors(DecoderConfiguration configuration);
}
