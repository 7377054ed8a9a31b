// SPDX-License-Identifier: GPL-3.0-or-later
// All micro benchmarks in one program: tests/bench/micros builds and runs it. The options are Google Benchmark's.
#include <QCoreApplication>

#include <benchmark/benchmark.h>

int main(int argc, char** argv)
{
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    const QCoreApplication application(argc, argv); // Qt's database plugins are found by it
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
