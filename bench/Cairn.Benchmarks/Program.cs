using BenchmarkDotNet.Running;

// dotnet run -c Release --project bench/Cairn.Benchmarks -- --filter '*Matrix*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
