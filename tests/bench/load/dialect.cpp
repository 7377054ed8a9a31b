// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>

namespace belfry::bench {

namespace {

/// What Belfry puts around a message: chunk frame, `id:`, JSON with sender and time.
constexpr int belfryFrame = 206;
/// What the others put around it: `id:` or nothing, `data:`, chunk frame.
constexpr int plainFrame = 24;

std::string base64Url(const unsigned char* bytes, std::size_t size)
{
    std::string text(4 * ((size + 2) / 3) + 1, '\0');
    text.resize(static_cast<std::size_t>(
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size))));
    for (char& c : text) {
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    while (text.ends_with('=')) {
        text.pop_back();
    }
    return text;
}

std::string base64Url(const std::string& text)
{
    return base64Url(reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

std::string mark(std::uint32_t message)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "@#%08x", message);
    return text.data();
}

} // namespace

Dialect::Dialect(const Settings& settings)
    : m_isBelfry(settings.dialect == "belfry"), m_isNchan(settings.dialect == "nchan"),
      m_isShared(settings.scenario != "targeted" && settings.scenario != "polling"), m_streams(settings.streams),
      m_bytes(settings.bytes), m_serial(settings.serial), m_expiry(std::to_string(std::time(nullptr) + 24 * 3600))
{
    std::ifstream file(settings.keyFile);
    m_key.assign(std::istreambuf_iterator<char>(file), {});
    while (m_key.ends_with('\n')) {
        m_key.pop_back();
    }
}

std::string Dialect::token(int person, bool isSender) const
{
    const std::string id = std::to_string(person);
    const std::string signedPart =
        base64Url(R"({"alg":"HS256","typ":"JWT"})") + '.' +
        base64Url("{\"user_id\":" + id + ",\"role\":\"" + (isSender ? "sender" : "receiver") + "\",\"name\":\"p" + id +
                  "\",\"exp\":" + m_expiry + ",\"jti\":\"" + m_serial + "-" + id + "\"}");
    std::array<unsigned char, 32> signature{};
    unsigned size = 0;
    HMAC(EVP_sha256(), m_key.data(), static_cast<int>(m_key.size()),
         reinterpret_cast<const unsigned char*>(signedPart.data()), signedPart.size(), signature.data(), &size);
    return signedPart + '.' + base64Url(signature.data(), size);
}

const std::string& Dialect::authorization(int person, bool isSender) const
{
    std::string& field = m_authorizations[person];
    if (m_isBelfry && field.empty()) {
        field = "Authorization: Bearer " + token(person, isSender) + "\r\n";
    }
    return field;
}

std::string Dialect::introduction(int person) const
{
    if (!m_isBelfry) {
        return {};
    }
    return "GET /api/me/ HTTP/1.1\r\nHost: localhost\r\n" + authorization(person, person > m_streams) + "\r\n";
}

std::string_view Dialect::liveMark() const
{
    return m_isBelfry ? std::string_view("event: ping") : std::string_view();
}

std::string Dialect::streamRequest(int person) const
{
    const std::string path = m_isBelfry   ? "/api/notifications/sse/"
                             : m_isShared ? "/sub/all"
                                          : "/sub/" + std::to_string(person);
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n" +
           authorization(person, false) + "\r\n";
}

std::string Dialect::sendRequest(int sender, int person, std::uint32_t message) const
{
    std::string body;
    const int padding = m_bytes - (m_isBelfry ? belfryFrame : plainFrame);
    const std::string text =
        mark(message) + std::string(static_cast<std::size_t>(std::max(0, padding - int(markBytes))), 'm');
    std::string path;
    if (m_isBelfry) {
        path = "/api/notifications/trigger/";
        const std::string audience = person == everyone ? "\"all\"" : std::to_string(person);
        body = "{\"user_id\":" + audience + ",\"title\":\"T\",\"message\":\"" + text + "\"}";
    } else {
        path = "/pub/" + (m_isShared ? std::string("all") : std::to_string(person));
        body = text;
    }
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n" + authorization(m_streams + 1 + sender, true) + "\r\n" + body;
}

std::string Dialect::pollRequest(int person, long long sinceId) const
{
    const std::string query = sinceId < 0 ? "limit=1" : "since_id=" + std::to_string(sinceId);
    return "GET /api/notifications/?" + query + " HTTP/1.1\r\nHost: localhost\r\n" + authorization(person, false) +
           "\r\n";
}

} // namespace belfry::bench
