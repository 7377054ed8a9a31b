// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/metrics.h"

#include <algorithm>
#include <string_view>

namespace belfry::server {

namespace {

/// Seconds, the base unit of Prometheus.
std::string seconds(std::uint64_t microseconds)
{
    std::string fraction = std::to_string(microseconds % 1'000'000);
    return std::to_string(microseconds / 1'000'000) + "." + std::string(6 - fraction.size(), '0') + fraction;
}

class Text
{
public:
    void family(std::string_view name, std::string_view type, std::string_view help)
    {
        m_text.append("# HELP belfry_").append(name).append(" ").append(help).append("\n# TYPE belfry_");
        m_text.append(name).append(" ").append(type).append("\n");
    }
    void sample(std::string_view name, std::string_view labels, const std::string& value)
    {
        m_text.append("belfry_").append(name).append(labels).append(" ").append(value).append("\n");
    }
    void counter(std::string_view name, std::string_view help, std::uint64_t value)
    {
        family(name, "counter", help);
        sample(name, {}, std::to_string(value));
    }
    void gauge(std::string_view name, std::string_view help, std::uint64_t value)
    {
        family(name, "gauge", help);
        sample(name, {}, std::to_string(value));
    }
    void histogram(std::string_view name, std::string_view help, const Latencies& latencies)
    {
        family(name, "histogram", help);
        const std::string bucket = std::string(name) + "_bucket";
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < latencies.counts.size(); ++i) {
            const bool isLast = i == Latencies::boundsMicroseconds.size();
            count += latencies.counts[i];
            sample(bucket,
                   "{le=\"" +
                       (isLast ? "+Inf" : seconds(static_cast<std::uint64_t>(Latencies::boundsMicroseconds[i]))) +
                       "\"}",
                   std::to_string(count));
        }
        sample(std::string(name) + "_sum", {}, seconds(latencies.microseconds));
        sample(std::string(name) + "_count", {}, std::to_string(count));
    }
    std::string take() { return std::move(m_text); }

private:
    std::string m_text;
};

} // namespace

void RequestCounters::answered(int status)
{
    const int index = std::clamp(status / 100, 0, static_cast<int>(byClass.size()) - 1);
    byClass[static_cast<std::size_t>(index)].fetch_add(1, std::memory_order_relaxed);
}

std::string metricsText(const RequestCounters& requests, const NetworkFigures& network, const Store::Figures& store,
                        const ExpiryFigures& expiry)
{
    Text text;
    text.gauge("connections", "Connections that are open.", network.connections);
    text.gauge("streams", "Event streams that are open.", network.streams);
    text.counter("connections_accepted_total", "Connections accepted since the start.", network.accepted);
    text.counter("connections_refused_total", "Connections refused for a limit.", network.refused);
    text.counter("connections_displaced_total", "Connections without a valid token that were closed to make room.",
                 network.displaced);
    text.counter("tls_handshakes_total", "TLS handshakes that were completed.", network.handshakes);
    text.counter("tls_handshakes_failed_total", "TLS handshakes that failed.", network.failedHandshakes);
    text.counter("requests_received_total", "Requests that arrived whole.", network.requests);

    text.family("requests_total", "counter", "Requests answered, by the class of their status.");
    for (std::size_t hundreds = 1; hundreds < requests.byClass.size(); ++hundreds)
        text.sample("requests_total", "{status=\"" + std::to_string(hundreds) + "xx\"}",
                    std::to_string(requests.byClass[hundreds].load()));
    text.counter("auth_failures_total", "Tokens and passwords that were refused.", requests.authFailures.load());
    text.counter("sign_ins_throttled_total", "Sign-ins refused after too many failures.", requests.throttled.load());

    text.counter("deliveries_total", "Events written to streams.", network.deliveries);
    text.counter("delivered_bytes_total", "Bytes of events written to streams.", network.deliveredBytes);
    text.counter("writes_batched_total", "Writes to streams that went to the kernel by one call with others.",
                 network.sentTogether);
    text.histogram("delivery_seconds", "Time from the request to the streams of a loop, the commit in it.",
                   network.written);
    text.histogram("walk_seconds", "Time from the first to the last of an event's streams on a loop.", network.walk);
    text.histogram("mailbox_wait_seconds", "Time that a commit waited for a loop.", network.mailboxWait);
    text.counter("backlogs_begun_total", "Times that a reader fell behind.", network.backlogsBegun);
    text.counter("backlogs_dropped_total", "Backlogs that grew too long and were read from the log instead.",
                 network.backlogsDropped);
    text.counter("streams_stalled_total", "Streams closed because their reader made no progress.",
                 network.stalledClosed);

    text.counter("commits_total", "Transactions committed.", store.commits);
    text.counter("commits_failed_total", "Transactions that could not be committed.", store.failedCommits);
    text.counter("commit_entries_total", "Entries of the log that commits held.", store.entries);
    text.histogram("commit_seconds", "Time that a commit took, until it was durable.", store.commitTimes);
    text.gauge("store_waiting", "Writes that wait for the store.", store.waiting);
    text.gauge("removal_by_age_waits_seconds",
               "How long nothing is removed for its age yet, since the clock was set by more than a day.",
               static_cast<std::uint64_t>(store.removalWaits.count()));
    text.gauge("wal_frames", "Frames in the write-ahead log.", store.walFrames);
    text.family("certificate_expires_seconds", "gauge",
                "Seconds until the certificate that is shown expires; below 0: it has expired.");
    text.sample("certificate_expires_seconds", {}, std::to_string(expiry.certificate.count()));
    text.gauge("tokens_ending", "Tokens made for scripts that end within 14 days.", expiry.tokens);
    return text.take();
}

} // namespace belfry::server
