// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/wire.h"

namespace belfry::server {

namespace {

Wire::Status readStatus(sockets::Outcome outcome)
{
    switch (outcome) {
    case sockets::Outcome::Done:
        return Wire::Status::Done;
    case sockets::Outcome::WouldBlock:
        return Wire::Status::WantRead;
    case sockets::Outcome::Ended:
        return Wire::Status::Ended;
    case sockets::Outcome::Failed:
        break;
    }
    return Wire::Status::Failed;
}

} // namespace

Wire::Transfer Wire::read(std::span<char> room)
{
    return m_tls ? m_tls->read(room) : discard(room);
}

Wire::Transfer Wire::discard(std::span<char> room)
{
    const sockets::Transfer transfer = sockets::receive(m_socket, room);
    return {readStatus(transfer.outcome), transfer.bytes};
}

Wire::Transfer Wire::write(std::string_view bytes)
{
    if (bytes.empty())
        return {Status::Done, 0};
    if (m_tls)
        return m_tls->write(bytes);
    const sockets::Transfer transfer = sockets::send(m_socket, bytes);
    if (transfer.outcome == sockets::Outcome::Done)
        // A short write means that the kernel's buffer is full: asking again would only be told so.
        return {transfer.bytes == bytes.size() ? Status::Done : Status::WantWrite, transfer.bytes};
    return {transfer.outcome == sockets::Outcome::WouldBlock ? Status::WantWrite : Status::Failed, 0};
}

std::optional<Parcel> Wire::pack(std::string_view bytes)
{
    if (!m_tls)
        return Parcel{m_socket, bytes};
    const std::string_view sealed = m_tls->seal(bytes);
    return sealed.empty() ? std::nullopt : std::optional(Parcel{m_socket, sealed});
}

Wire::Transfer Wire::finish(std::string_view bytes, std::size_t taken)
{
    if (m_tls) {
        m_tls->sealedTaken(taken);
        return write(bytes);
    }
    const Transfer rest = write(bytes.substr(taken));
    return {rest.status, taken + rest.bytes};
}

Wire::Status Wire::peek(char& first) const
{
    return readStatus(sockets::peek(m_socket, first));
}

Wire::Status Wire::endWriting()
{
    if (m_tls && m_tls->endWriting() == Status::WantWrite)
        return Status::WantWrite;
    sockets::endSending(m_socket);
    return Status::Done;
}

} // namespace belfry::server
