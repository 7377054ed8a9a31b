// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/net/rig.h"

#include <QFile>
#include <QTemporaryDir>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace belfry::server::test {

HeadVerdict EchoHandler::judgeHead(const RequestHead& head)
{
    const bool isSignedIn = head.field("authorization") == "Bearer good";
    if (head.path == "/refused")
        return {Response::error(Error{401, "unauthorized", "No.", {}, 0}), isSignedIn};
    if (head.contentLength.value_or(0) > limits::bodyBytes)
        return {Response::error(Error{413, "too_large", "Too large.", {}, 0}), isSignedIn};
    return {std::nullopt, isSignedIn};
}

void EchoHandler::handle(Request request, ExchangePtr exchange)
{
    if (request.head.path == "/later") {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(std::move(exchange));
        return;
    }
    if (request.head.path == "/stream") {
        StreamOpening opening;
        opening.credential.user = 7;
        if (!request.head.query.empty())
            opening.lastEventId = std::stoll(request.head.query);
        opening.credential.expiresAt = systemClock().now() + std::chrono::hours(1);
        exchange->startStream(std::move(opening));
        return;
    }
    Response response = Response::json(200, request.body);
    if (request.head.path == "/nothing")
        response = Response::empty(204);
    if (request.head.path == "/head")
        response.body = request.head.target + " " + std::string(request.head.field("host")) + " " +
                        request.head.peerAddress + " " + request.head.path + "|" + request.head.query;
    if (request.head.path == "/long") {
        response.body = "first;";
        response.more = [part = 0](Reply<BodyPart> reply) mutable {
            const bool isLast = ++part == 50;
            reply.post(BodyPart{std::string(20'000, static_cast<char>('a' + part % 26)), isLast});
        };
    }
    exchange->answer(std::move(response));
}

std::vector<std::pair<std::string, std::string>> EchoHandler::fieldsForErrors(const RequestHead& head)
{
    if (head.field("origin").empty())
        return {};
    return {{"Access-Control-Allow-Origin", std::string(head.field("origin"))}};
}

void EchoHandler::finished(const RequestHead& head, int status, std::size_t)
{
    const std::lock_guard lock(m_mutex);
    m_log.push_back(head.method + " " + head.path + " " + std::to_string(status));
}

std::size_t EchoHandler::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return m_waiting.size();
}

std::size_t EchoHandler::left() const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<std::size_t>(std::count_if(m_waiting.begin(), m_waiting.end(),
                                                  [](const ExchangePtr& exchange) { return exchange->hasLeft(); }));
}

void EchoHandler::answerWaiting()
{
    std::vector<ExchangePtr> waiting;
    {
        const std::lock_guard lock(m_mutex);
        waiting.swap(m_waiting);
    }
    for (const ExchangePtr& exchange : waiting)
        exchange->answer(Response::json(200, "\"later\""));
}

std::vector<std::string> EchoHandler::log() const
{
    const std::lock_guard lock(m_mutex);
    return m_log;
}

void EmptyPast::replay(ReplayRequest request, Reply<ReplayPage> reply)
{
    ReplayPage page;
    page.examinedTo = request.tail;
    reply.post(std::move(page));
}

Certificate freshCertificate()
{
    const QTemporaryDir directory;
    const int descriptor = ::open(QFile::encodeName(directory.path()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    Result<Certificate> made = Certificate::own(descriptor, directory.path().toStdString());
    ::close(descriptor);
    if (!made)
        throw std::runtime_error(made.error().message);
    return std::move(*made);
}

CommittedBatch batchOf(Seq seq, std::size_t bytes)
{
    LogEntry entry;
    entry.seq = seq;
    entry.audience.ids = {7};
    entry.data = "{\"n\":" + std::to_string(seq) + ",\"x\":\"" + std::string(bytes, 'x') + "\"}";
    CommittedBatch batch;
    batch.entries.push_back(std::move(entry));
    return batch;
}

std::vector<Seq> numbersIn(std::string_view stream)
{
    std::vector<Seq> numbers;
    constexpr std::string_view endOfPing = "{\"type\":\"ping\"}\n";
    for (std::size_t at = 0; (at = stream.find("id: ", at)) != std::string_view::npos; ++at)
        if (at > 0 && stream[at - 1] == '\n' && !stream.substr(0, at).ends_with(endOfPing))
            numbers.push_back(std::atoll(std::string(stream.substr(at + 4, 20)).c_str()));
    return numbers;
}

bool isGapless(const std::vector<Seq>& numbers, Seq first, Seq last)
{
    if (numbers.size() != static_cast<std::size_t>(last - first + 1))
        return false;
    for (const Seq number : numbers)
        if (number != first++)
            return false;
    return true;
}

Rig::Rig(NetworkSettings settings)
{
    static const Certificate certificate = freshCertificate();
    tls = std::move(*TlsContext::make(certificate));
    settings.tls = tls.get();
    if (settings.listen.empty())
        settings.listen = {{"127.0.0.1", 0}};
    network = std::make_unique<Network>(std::move(settings), handler, hub, past, "log-1", systemClock());
    Result<std::vector<ListenAddress>> started = network->start();
    if (!started)
        throw std::runtime_error(started.error().message);
    addresses = *started;
    port = addresses.front().port;
}

Rig::~Rig()
{
    network->stop();
    network.reset();
}

} // namespace belfry::server::test
