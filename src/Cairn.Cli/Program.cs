using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;

return await CairnCommandLine.InvokeAsync(args, CliConsole.System()).ConfigureAwait(false);
