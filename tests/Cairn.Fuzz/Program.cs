using System.Globalization;
using Cairn.Fuzz;

var settings = new FuzzSettings();
for (var i = 0; i < args.Length; i++)
{
    if (i + 1 == args.Length) return Usage($"'{args[i]}' needs a value");
    var value = args[++i];
    switch (args[i - 1])
    {
        case "--only":
            settings = settings with { Only = value };
            break;
        case "--goldens":
            settings = settings with { Goldens = value };
            break;
        case "--keep":
            settings = settings with { Keep = Directory.CreateDirectory(value).FullName };
            break;
        case "--mutations" when TryRead(value, out var count):
            settings = settings with { Mutations = count };
            break;
        case "--seed" when TryRead(value, out var seed):
            settings = settings with { Seed = seed };
            break;
        case "--first" when TryRead(value, out var first):
            settings = settings with { First = first };
            break;
        case "--threads" when TryRead(value, out var threads) && threads > 0:
            settings = settings with { Threads = threads };
            break;
        default:
            return Usage($"'{args[i - 1]} {value}' is no setting");
    }
}

var report = FuzzRunner.Run(settings, Console.Error);
Console.WriteLine(report);
return report.Failures.Count == 0 ? 0 : 1;

static bool TryRead(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

static int Usage(string problem)
{
    Console.Error.WriteLine($"{problem}. Settings: --mutations N --seed N --threads N --only TARGET --first N --goldens FOLDER --keep FOLDER");
    return 2;
}
