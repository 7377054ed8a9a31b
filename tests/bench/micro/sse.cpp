// SPDX-License-Identifier: GPL-3.0-or-later
// The event stream's bytes: written once an event on the server, read by every desktop.
#include "protocol/sse_encoder.h"
#include "protocol/sse_parser.h"
#include "server/store/commit_sink.h"
#include "server/stream/event.h"
#include "tests/bench/micro/samples.h"

#include <benchmark/benchmark.h>

#include <algorithm>

namespace {

using namespace belfry;
using namespace belfry::bench;

void encode(benchmark::State& state, const Notification& notification)
{
    server::LogEntry entry;
    entry.seq = notification.id;
    entry.data = samples::event(notification);
    std::size_t bytes = 0;
    for (auto _ : state) {
        const auto event = server::EventPtr::make(entry);
        bytes = event->chunked().size();
        benchmark::DoNotOptimize(event);
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}
BENCHMARK_CAPTURE(encode, common, samples::common())->Name("sse/encode: a common message, with its chunk frame");
BENCHMARK_CAPTURE(encode, longest, samples::longest())->Name("sse/encode: the longest message");

/// A thousand events as a stream has them, or so many that 200 KB are full.
std::string streamOf(const Notification& notification)
{
    std::string stream = sseRetry(5000);
    const std::string data = samples::event(notification);
    for (Seq seq = 1; seq <= 1000 && stream.size() < 200'000; ++seq) {
        appendSseEvent(stream, seq, data);
    }
    return stream;
}

/// Reads the stream again and again, in pieces of so many bytes.
void parse(benchmark::State& state, const std::string& stream, std::size_t piece)
{
    std::size_t events = 0;
    for (auto _ : state) {
        SseParser parser;
        std::vector<SseEvent> taken;
        events = 0;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            taken.clear();
            if (!parser.feed(std::string_view(stream).substr(at, piece), taken)) {
                state.SkipWithError("the stream is not taken");
            }
            events += taken.size();
            benchmark::DoNotOptimize(taken.data());
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.size()));
}

/// An event whose data is a hundred lines: no server of ours sends it, the standard allows it.
std::string manyLines()
{
    std::string stream;
    for (int event = 0; event < 40; ++event) {
        for (int line = 0; line < 100; ++line) {
            stream += "data: the nightly run of the warehouse took 4 h\n";
        }
        stream += "id: 7\n\n";
    }
    return stream;
}

constexpr std::size_t whole = 1 << 20, segment = 1448;
BENCHMARK_CAPTURE(parse, common, streamOf(samples::common()), whole)->Name("sse/parse: common messages, whole");
BENCHMARK_CAPTURE(parse, segments, streamOf(samples::common()), segment)
    ->Name("sse/parse: common messages, in pieces of 1,448 bytes");
BENCHMARK_CAPTURE(parse, small, streamOf(samples::common()), 64)
    ->Name("sse/parse: common messages, in pieces of 64 bytes");
BENCHMARK_CAPTURE(parse, single, streamOf(samples::common()), 1)->Name("sse/parse: common messages, byte by byte");
BENCHMARK_CAPTURE(parse, accents, streamOf(samples::full()), segment)
    ->Name("sse/parse: messages with accents, in pieces of 1,448 bytes");
BENCHMARK_CAPTURE(parse, longest, streamOf(samples::longest()), segment)
    ->Name("sse/parse: the longest messages, in pieces of 1,448 bytes");
BENCHMARK_CAPTURE(parse, lines, manyLines(), segment)->Name("sse/parse: 100 lines an event, in pieces of 1,448 bytes");

} // namespace
