using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>The numbers of tokens that a tile may hold.</summary>
internal static class TokenCounts
{
    /// <summary>One token.</summary>
    internal readonly struct One : ITokenCount
    {
        public static int Count
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => 1;
        }
    }

    /// <summary>Two tokens.</summary>
    internal readonly struct Two : ITokenCount
    {
        public static int Count
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => 2;
        }
    }

    /// <summary>Three tokens.</summary>
    internal readonly struct Three : ITokenCount
    {
        public static int Count
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => 3;
        }
    }

    /// <summary>Four tokens.</summary>
    internal readonly struct Four : ITokenCount
    {
        public static int Count
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => 4;
        }
    }
}
