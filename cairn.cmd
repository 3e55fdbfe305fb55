@echo off
rem Starts the cairn command from its sources: builds Release (incrementally), then runs it.
setlocal
set "root=%~dp0"
set "program=%root%src\Cairn.Cli\bin\Release\net10.0\cairn.dll"
set "stamp=%root%src\Cairn.Cli\obj\cairn.built"
where dotnet >nul 2>nul || (echo cairn: the .NET 10 SDK is needed and 'dotnet' is not on PATH; get it from https://dot.net 1>&2 & exit /b 69)
powershell -NoProfile -Command "if (!(Test-Path '%program%') -or !(Test-Path '%stamp%')) { exit 1 }; $t = (Get-Item '%stamp%').LastWriteTimeUtc; $new = Get-ChildItem '%root%src','%root%Directory.Build.props','%root%Directory.Packages.props','%root%global.json' -Recurse -File | Where-Object { $_.FullName -notmatch '\\(bin|obj)\\' -and $_.LastWriteTimeUtc -gt $t } | Select-Object -First 1; if ($new) { exit 1 }"
if errorlevel 1 (
  echo cairn: building ^(sources changed^) ... 1>&2
  dotnet build "%root%src\Cairn.Cli\Cairn.Cli.csproj" -c Release --nologo -v quiet 1>&2 || (echo cairn: the build failed; see above 1>&2 & exit /b 70)
  type nul > "%stamp%"
)
set DOTNET_TieredPGO=0
dotnet "%program%" %*
