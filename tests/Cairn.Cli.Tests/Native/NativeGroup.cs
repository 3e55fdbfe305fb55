using Xunit;

namespace Cairn.Cli.Tests.Native;

/// <summary>Alone, after the others: compiling takes every processor.</summary>
[CollectionDefinition(nameof(NativeGroup), DisableParallelization = true)]
public sealed class NativeGroup;
