using Cairn.Models.Adapters;
using Cairn.Models.Configuration;

namespace Cairn.Models.Transformers;

/// <summary>A decoder on some device: the whole forward pass from tokens to logits.</summary>
/// <remarks>One call at a time; the owner queues callers.</remarks>
public interface ITransformer : IDisposable
{
    /// <summary>Shape of the model.</summary>
    DecoderConfiguration Configuration { get; }

    /// <summary>Creates the cache of one sequence. It grows as tokens are added.</summary>
    /// <param name="contextLength">Most tokens that it will hold.</param>
    KvCache CreateCache(int contextLength);

    /// <summary>Loads an adapter: sequences of later batches can use it. The base weights stay as they are.</summary>
    /// <param name="file">An open adapter, which may be closed afterwards.</param>
    /// <returns>The adapter; the caller disposes it when no pass uses it.</returns>
    /// <exception cref="AdapterMismatchException">It does not fit the model; nothing of it is loaded.</exception>
    /// <exception cref="ModelFormatException">A weight is NaN or infinite.</exception>
    /// <remarks>May be called while a pass runs.</remarks>
    LoraAdapter LoadAdapter(AdapterFile file);

    /// <summary>
    /// Runs the tokens of the batch through the model, appends their keys and values to their caches and computes the
    /// logits that the batch asks for.
    /// </summary>
    /// <param name="batch">Tokens of one or more sequences; receives the logits.</param>
    /// <param name="cancellationToken">
    /// Looked at between the halves of a layer, and inside the attention of long sequences. A cancelled call leaves each cache with the tokens of the chunks that were complete.
    /// </param>
    void Forward(ForwardBatch batch, CancellationToken cancellationToken);
}
