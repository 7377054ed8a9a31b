// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/network.h"
#include "server/net/tls_context.h"
#include "support/raw_client.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::server::test {

/// Answers by path: `/echo` what it was sent, `/later` from another thread when the test says so, `/long` a body in
/// many parts, `/stream` the events of person 7 (`?N`: after N), `/refused` without looking at the body.
class EchoHandler final : public RequestHandler
{
public:
    HeadVerdict judgeHead(const RequestHead& head) override;
    void handle(Request request, ExchangePtr exchange) override;
    std::vector<std::pair<std::string, std::string>> fieldsForErrors(const RequestHead& head) override;
    void finished(const RequestHead& head, int status, std::size_t bytes) override;

    std::size_t waiting() const;
    std::size_t left() const; ///< of those, whose clients have gone
    void answerWaiting();     ///< those of /later, from the calling thread
    std::vector<std::string> log() const;

private:
    mutable std::mutex m_mutex;
    std::vector<ExchangePtr> m_waiting;
    std::vector<std::string> m_log;
};

/// A past in which nothing happened, and in which everybody may listen.
class EmptyPast final : public StreamSource
{
public:
    void replay(ReplayRequest request, Reply<ReplayPage> reply) override;
    Seq floor() const override { return 0; }
    bool admits(const Credential&) const override { return true; }
    Seq createdAfter(UserId) const override { return 0; }
};

/// A certificate of its own in a directory of its own, made anew.
Certificate freshCertificate();

/// A commit of one notification for person 7.
CommittedBatch batchOf(Seq seq, std::size_t bytes = 10);
/// The numbers of events that a stream shows, in the order in which they came.
std::vector<Seq> numbersIn(std::string_view stream);
bool isGapless(const std::vector<Seq>& numbers, Seq first, Seq last);

/// A running network with the handler above, which speaks TLS to whoever begins so.
class Rig
{
public:
    explicit Rig(NetworkSettings settings = {});
    ~Rig();

    EchoHandler handler;
    EmptyPast past;
    Hub hub{0, "log-1"};
    std::unique_ptr<TlsContext> tls;
    std::unique_ptr<Network> network;
    std::vector<ListenAddress> addresses;
    std::uint16_t port = 0;
};

using namespace belfry::test; // RawClient and what reads its answers

} // namespace belfry::server::test
