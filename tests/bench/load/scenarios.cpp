// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios.h"

#include "pollers.h"
#include "report.h"

#include <random>

namespace belfry::bench {

namespace {

constexpr Nanoseconds settling = 500 * millisecond;
constexpr int introducers = 32; // connections by which people are introduced

Nanoseconds lasting(double seconds)
{
    return static_cast<Nanoseconds>(seconds * 1e9);
}

/// The parts that most scenarios share: a crowd of streams, senders, what they cost to open.
struct Stage
{
    explicit Stage(const Settings& wanted)
        : settings(wanted), dialect(settings), crowd(reactor, settings, dialect, tally),
          post(reactor, settings, dialect, tally), cost(settings.process)
    {
    }

    /// Opens everything, says what a stream cost, and lets the server come to rest.
    bool open()
    {
        const Cost before = cost.look();
        if (!crowd.open()) {
            return false;
        }
        rest(settling);
        const Cost after = cost.look();
        report.add("streams", settings.streams);
        report.add("accept_us", (after.cpuSeconds - before.cpuSeconds) * 1e6 / settings.streams);
        report.add("rss_per_stream",
                   (static_cast<double>(after.residentBytes) - static_cast<double>(before.residentBytes)) /
                       settings.streams);
        return post.open();
    }
    void rest(Nanoseconds time)
    {
        reactor.turnUntil([] { return false; }, now() + time);
    }
    /// Waits for what is still under way, and says what came of it all.
    bool close()
    {
        const auto isOver = [this] { return post.busy() == 0 && tally.arrivals >= tally.expected; };
        reactor.turnUntil(isOver, now() + 10 * second);
        rest(100 * millisecond); // whatever comes twice
        report.add(tally, post);
        report.add("ended", crowd.ended());
        return tally.lost() == 0 && tally.doubled == 0 && tally.strayed == 0 && crowd.ended() == 0;
    }

    const Settings& settings;
    Reactor reactor;
    Tally tally;
    Dialect dialect;
    Crowd crowd;
    Post post;
    ProcessCost cost;
    Report report;
};

/// Reports what was delivered between its making and its end, and what that cost.
class Measurement
{
public:
    explicit Measurement(Stage& stage)
        : m_stage(stage), m_cost(stage.cost.look()), m_at(now()), m_own(ownCpuSeconds()),
          m_arrivals(stage.tally.arrivals), m_bytes(stage.crowd.bytes())
    {
    }
    void end()
    {
        const double seconds = static_cast<double>(now() - m_at) / 1e9;
        const double cpu = m_stage.cost.look().cpuSeconds - m_cost.cpuSeconds;
        const auto deliveries = static_cast<double>(m_stage.tally.arrivals - m_arrivals);
        const auto bytes = static_cast<double>(m_stage.crowd.bytes() - m_bytes);
        Report& report = m_stage.report;
        report.add("seconds", seconds);
        report.add("cpu_s", cpu);
        report.add("cpu_percent", 100 * cpu / seconds);
        report.add("generator_cpu_percent", 100 * (ownCpuSeconds() - m_own) / seconds);
        report.add("deliveries", deliveries);
        report.add("deliveries_per_s", deliveries / seconds);
        report.add("deliveries_per_cpu_s", deliveries / cpu);
        report.add("bytes_per_delivery", deliveries > 0 ? bytes / deliveries : 0);
        report.add("bytes_per_stream_hour", bytes / m_stage.settings.streams / seconds * 3600);
    }

private:
    Stage& m_stage;
    Cost m_cost;
    Nanoseconds m_at;
    double m_own;
    std::uint64_t m_arrivals, m_bytes;
};

/// Sends at an even pace whatever happens; where all senders are busy the message waits for the next free one.
template <class Send> void pace(Reactor& reactor, Post& post, int senders, double rate, Nanoseconds time, Send send)
{
    const Nanoseconds begin = now();
    const auto count = static_cast<int>(rate * static_cast<double>(time) / 1e9 + 0.5);
    int next = 0;
    for (int i = 0; i < count; ++i) {
        const Nanoseconds due = begin + static_cast<Nanoseconds>(i * 1e9 / rate);
        reactor.turnUntil([] { return false; }, due);
        const auto findsFree = [&] {
            for (int tried = 0; tried < senders; ++tried) {
                next = (next + 1) % senders;
                if (post.isFree(next)) {
                    return true;
                }
            }
            return false;
        };
        if (!reactor.turnUntil(findsFree, now() + 20 * second)) {
            return;
        }
        send(next);
    }
}

/// The same people and messages as runPolling, each with a stream.
bool runStreaming(const Settings& settings)
{
    Stage stage(settings);
    if (!stage.open()) {
        return false;
    }
    std::mt19937 random(1);
    std::uniform_int_distribution<int> anybody(1, settings.streams);
    stage.tally.isCounting = true;
    Measurement measurement(stage);
    pace(stage.reactor, stage.post, settings.senders, settings.rate, lasting(settings.seconds),
         [&](int sender) { stage.post.send(sender, anybody(random), 1); });
    measurement.end();
    stage.report.add("requests_per_person_day", 1); // it stays open
    return stage.close();
}

/// Messages to somebody without a stream, until the write-ahead log has been once round: from then on, for as long as
/// the server runs, a commit overwrites a file instead of making it longer, which costs the disk another write.
bool runIn(Reactor& reactor, Post& post, const Settings& settings)
{
    constexpr int messages = 1600; // of 8 KB, some three pages each; the log starts over after 4,096
    Settings large = settings;
    large.scenario = "targeted";
    large.bytes = 8000;
    const Dialect dialect(large);
    int sent = 0;
    const auto more = [&](int sender) {
        if (sent < messages) {
            post.ask(sender, dialect.sendRequest(0, settings.streams + 1, static_cast<std::uint32_t>(sent++)));
        }
    };
    post.onFree(more);
    for (int sender = 0; sender < introducers; ++sender) {
        more(sender);
    }
    const auto all = [&] { return post.busy() == 0; };
    return reactor.turnUntil(all, now() + 60 * second);
}

} // namespace

bool introducePeople(const Settings& settings)
{
    Settings connections = settings;
    connections.senders = introducers;
    const Dialect dialect(settings);
    Reactor reactor;
    Tally tally;
    Post post(reactor, connections, dialect, tally);
    if (!post.open()) {
        return false;
    }
    const int people = settings.streams + settings.senders + settings.deaf;
    int next = 1;
    const auto more = [&](int sender) {
        if (next <= people) {
            post.ask(sender, dialect.introduction(next++));
        }
    };
    post.onFree(more);
    for (int sender = 0; sender < connections.senders; ++sender) {
        more(sender);
    }
    const auto all = [&] { return post.busy() == 0; };
    return reactor.turnUntil(all, now() + 60 * second) && runIn(reactor, post, settings) && post.refused == 0;
}

bool runFanOut(const Settings& settings)
{
    Stage stage(settings);
    if (!stage.open() || !stage.crowd.openDeaf(settings.deaf)) {
        return false;
    }
    const auto send = [&](int sender) { stage.post.send(sender, Dialect::everyone, settings.streams); };
    const auto arrived = [&] { return stage.tally.arrivals >= stage.tally.expected; };
    pace(stage.reactor, stage.post, settings.senders, settings.rate, lasting(settings.warmup), send);
    stage.reactor.turnUntil(arrived, now() + 10 * second);

    const Cost before = stage.cost.look();
    Measurement measurement(stage);
    stage.tally.isCounting = true;
    pace(stage.reactor, stage.post, settings.senders, settings.rate, lasting(settings.seconds), send);
    stage.reactor.turnUntil(arrived, now() + 20 * second);
    measurement.end();
    stage.report.add("deaf_queue_bytes", static_cast<double>(stage.crowd.heldForDeaf()));
    stage.report.add("rss_grown_bytes",
                     static_cast<double>(stage.cost.look().residentBytes) - static_cast<double>(before.residentBytes));
    return stage.close();
}

bool runTargeted(const Settings& settings)
{
    Stage stage(settings);
    if (!stage.open()) {
        return false;
    }
    std::mt19937 random(1);
    std::uniform_int_distribution<int> anybody(1, settings.streams);
    bool isSending = true;
    const auto send = [&](int sender) {
        if (isSending) {
            stage.post.send(sender, anybody(random), 1);
        }
    };
    stage.post.onFree(send);
    for (int sender = 0; sender < settings.senders; ++sender) {
        send(sender);
    }
    stage.rest(lasting(settings.warmup));
    Measurement measurement(stage);
    stage.tally.isCounting = true;
    stage.rest(lasting(settings.seconds));
    measurement.end();
    isSending = false;
    return stage.close();
}

bool runIdle(const Settings& settings)
{
    Stage stage(settings);
    if (!stage.open()) {
        return false;
    }
    stage.rest(lasting(settings.warmup));
    Measurement measurement(stage);
    stage.rest(lasting(settings.seconds));
    measurement.end();
    return stage.crowd.ended() == 0;
}

bool runPolling(const Settings& settings)
{
    if (!settings.polls) {
        return runStreaming(settings);
    }
    Reactor reactor;
    Tally tally;
    const Dialect dialect(settings);
    Pollers pollers(reactor, settings, dialect, tally);
    Post post(reactor, settings, dialect, tally);
    ProcessCost cost(settings.process);
    Report report;
    if (!pollers.open() || !post.open()) {
        return false;
    }
    std::mt19937 random(1);
    std::uniform_int_distribution<int> anybody(1, settings.streams);
    tally.isCounting = true;
    const double cpuBefore = cost.look().cpuSeconds;
    const std::uint64_t bytesBefore = pollers.bytes(), pollsBefore = pollers.polls();
    const Nanoseconds begin = now(), end = begin + lasting(settings.seconds);
    double sent = 0;
    while (now() < end) {
        Nanoseconds due = pollers.askDue();
        if (static_cast<double>(now() - begin) / 1e9 * settings.rate >= sent && post.isFree(0)) {
            post.send(0, anybody(random), 1);
            ++sent;
        }
        due = std::min(due, begin + static_cast<Nanoseconds>(sent / settings.rate * 1e9));
        reactor.turn(std::max(due, now() + 50'000));
    }
    const double seconds = static_cast<double>(now() - begin) / 1e9;
    report.add("streams", settings.streams);
    report.add("seconds", seconds);
    report.add("cpu_percent", 100 * (cost.look().cpuSeconds - cpuBefore) / seconds);
    report.add("requests_per_person_day",
               static_cast<double>(pollers.polls() - pollsBefore) / settings.streams / seconds * 86400);
    report.add("bytes_per_stream_hour",
               static_cast<double>(pollers.bytes() - bytesBefore) / settings.streams / seconds * 3600);
    const Nanoseconds last = now() + lasting(settings.interval) + 2 * second;
    while (now() < last && tally.arrivals < tally.expected) {
        reactor.turn(std::max(pollers.askDue(), now() + 50'000));
    }
    report.add("late", static_cast<double>(pollers.late()));
    report.add("polls_refused", static_cast<double>(pollers.refused()));
    report.add(tally, post);
    return tally.lost() == 0 && tally.doubled == 0 && tally.strayed == 0;
}

} // namespace belfry::bench
