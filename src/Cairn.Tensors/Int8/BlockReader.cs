namespace Cairn.Tensors;

/// <summary>Reads the quants of one block of 32, which follow its f16 numbers.</summary>
/// <param name="source">The quants as files hold them.</param>
/// <param name="quants">Receives 32 bytes, in the order of the columns.</param>
internal unsafe delegate void BlockReader(byte* source, byte* quants);
