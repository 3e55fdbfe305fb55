using System.Runtime.InteropServices;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>
/// The blocks of one group of layers: those of the positions from <see cref="FirstPosition"/> on that were reserved. Blocks
/// that are given up are kept for the next ones, so a window that moves on allocates nothing.
/// </summary>
/// <param name="blockBytes">Bytes of a block.</param>
/// <param name="contextLength">Most positions.</param>
internal sealed unsafe class KvBlockTable(long blockBytes, int contextLength) : IDisposable
{
    private const int FirstLength = 64;

    private readonly List<AlignedMemory<byte>> _blocks = []; // of positions [first · 128, (first + count) · 128)
    private readonly Stack<AlignedMemory<byte>> _spare = new();
    private AlignedMemory<nint> _pointers = new(Math.Min(FirstLength, BlocksFor(contextLength))); // grows: a file may claim any context length
    private int _first;

    /// <summary>Start of every block by its number; null before <see cref="FirstPosition"/>. Moves when the table grows.</summary>
    public byte** Pointers => (byte**)_pointers.Pointer;

    /// <summary>Positions before this one are gone.</summary>
    public int FirstPosition => _first * KvBlockLayout.BlockLength;

    /// <summary>Bytes of all blocks, in use or not.</summary>
    public long OwnedBytes => (_blocks.Count + _spare.Count) * blockBytes;

    /// <summary>Allocates the blocks of the positions before <paramref name="length"/> that are not gone.</summary>
    public void Reserve(int length)
    {
        while (_first + _blocks.Count < BlocksFor(length))
        {
            int number = _first + _blocks.Count;
            if (number == _pointers.Length)
                Grow();

            AlignedMemory<byte> block = TakeBlock();
            _pointers.Pointer[number] = (nint)block.Pointer;
            _blocks.Add(block);
        }
    }

    /// <summary>Gives up the blocks that lie as a whole before <paramref name="position"/>.</summary>
    public void Release(int position)
    {
        int count = Math.Min((position / KvBlockLayout.BlockLength) - _first, _blocks.Count);
        if (count <= 0)
            return;

        for (int i = 0; i < count; i++)
        {
            _spare.Push(_blocks[i]);
            _pointers.Pointer[_first + i] = 0;
        }

        _blocks.RemoveRange(0, count);
        _first += count;
    }

    /// <summary>Starts again at position 0; the blocks are kept for what comes.</summary>
    public void Clear()
    {
        Release((_first + _blocks.Count) * KvBlockLayout.BlockLength);
        _first = 0;
    }

    /// <summary>Frees the blocks that hold no position before <paramref name="length"/>.</summary>
    public void Trim(int length)
    {
        for (int i = _blocks.Count - 1; i >= Math.Max(0, BlocksFor(length) - _first); i--)
        {
            _blocks[i].Dispose();
            _blocks.RemoveAt(i);
            _pointers.Pointer[_first + i] = 0;
        }

        FreeSpare();
    }

    public void Dispose()
    {
        foreach (AlignedMemory<byte> block in _blocks)
            block.Dispose();

        _blocks.Clear();
        FreeSpare();
        _pointers.Dispose();
    }

    private static int BlocksFor(int length) => (int)(((long)length + KvBlockLayout.BlockLength - 1) / KvBlockLayout.BlockLength);

    private AlignedMemory<byte> TakeBlock()
    {
        if (!_spare.TryPop(out AlignedMemory<byte>? block))
            return new AlignedMemory<byte>(blockBytes);

        NativeMemory.Clear(block.Pointer, (nuint)blockBytes); // what attention reads and multiplies by zero must be finite
        return block;
    }

    private void FreeSpare()
    {
        while (_spare.TryPop(out AlignedMemory<byte>? block))
            block.Dispose();
    }

    private void Grow()
    {
        var larger = new AlignedMemory<nint>(_pointers.Length * 2);
        new ReadOnlySpan<nint>(_pointers.Pointer, (int)_pointers.Length).CopyTo(new Span<nint>(larger.Pointer, (int)_pointers.Length));
        _pointers.Dispose();
        _pointers = larger;
    }
}
