namespace Cairn.Tensors;

/// <summary>Reads the integers of one block of a format.</summary>
/// <param name="block">The block, as files hold it.</param>
/// <param name="integers">Receives all that the format has.</param>
internal unsafe delegate void SuperBlockReader(byte* block, SuperBlockIntegers* integers);
