// SPDX-License-Identifier: GPL-3.0-or-later
// A connection's bytes, whole and in pieces: the same requests come out, and what comes out keeps its promises.
#include "fuzz/fuzz.h"
#include "protocol/notification.h"
#include "server/net/characters.h"
#include "server/net/request_reader.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace belfry;
using namespace belfry::server;
using fuzz::require;

constexpr std::size_t mostRequests = 16;

struct Outcome
{
    std::vector<Request> requests;
    std::vector<ParsedHead> heads; ///< of the same requests, less what was moved out
    int error = 0;                 ///< status of what ended it, 0 where nothing did
    std::size_t left = 0;          ///< bytes that no request took, where there are too many of them
};

/// @param piece  length of the next piece, of so many that are left
template <class Piece> Outcome read(std::string_view bytes, Piece piece)
{
    Outcome outcome;
    auto reader = std::make_unique<RequestReader>();
    while (!bytes.empty() && outcome.requests.size() < mostRequests) {
        const std::size_t length = piece(bytes.size());
        std::string_view input = bytes.substr(0, length);
        bytes.remove_prefix(length);
        for (bool goesOn = true; goesOn && outcome.requests.size() < mostRequests;) {
            const auto before = input.size();
            const auto step = reader->take(input);
            require(input.size() <= before, "a reader takes from the front of its input");
            if (!step) {
                outcome.error = step.error().status;
                outcome.left = 0;
                require(!step.error().message.empty(), "an error has a sentence");
                return outcome;
            }
            if (*step == RequestReader::Step::Whole) {
                ParsedHead parsed = std::move(reader->parsed());
                outcome.requests.push_back({parsed.head, reader->takeBody()});
                outcome.heads.push_back(std::move(parsed));
                reader = std::make_unique<RequestReader>();
                goesOn = !input.empty();
            } else {
                goesOn = *step == RequestReader::Step::Head;
                require(goesOn || input.empty(), "who needs more has taken all");
            }
        }
        outcome.left = input.size() + bytes.size();
    }
    return outcome;
}

void holds(const Request& request)
{
    const RequestHead& head = request.head;
    require(isToken(head.method), "a method is a token");
    require(head.minorVersion == 0 || head.minorVersion == 1, "the version is 1.0 or 1.1");
    require(head.minorVersion == 0 || head.count("host") == 1, "1.1 has one Host");
    require(head.count("content-length") <= 1, "one Content-Length at most");
    require(!(head.isChunked && head.contentLength), "one framing at most");
    require(!(head.isChunked && head.minorVersion == 0), "1.0 knows no chunks");
    require(request.body.size() <= limits::bodyBytes, "a body is within its limit");
    require(head.isChunked || request.body.size() == head.contentLength.value_or(0), "a body has its length");
    require(std::all_of(head.target.begin(), head.target.end(), isTargetCharacter), "a target holds no control bytes");
    for (const auto& [name, value] : head.fields) {
        require(isToken(name) && std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }),
                "field names are tokens in lower case");
        require(std::all_of(value.begin(), value.end(), isFieldCharacter), "field values hold no control bytes");
    }
    for (const char* parameter : {"token", "last_event_id", "limit"})
        require(head.parameter(parameter).value_or("").size() <= head.query.size(), "decoding makes nothing longer");
}

bool isSame(const Request& a, const Request& b)
{
    return a.head.method == b.head.method && a.head.target == b.head.target && a.head.path == b.head.path &&
           a.head.query == b.head.query && a.head.fields == b.head.fields && a.head.isChunked == b.head.isChunked &&
           a.head.contentLength == b.head.contentLength && a.body == b.body;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes = fuzz::textOf(data, size);
    const Outcome whole = read(bytes, [](std::size_t left) { return left; });
    fuzz::Cuts cuts(fuzz::seedOf(bytes));
    const Outcome cut = read(bytes, [&cuts](std::size_t left) { return cuts.next(left); });
    const Outcome single = read(bytes, [](std::size_t) { return std::size_t(1); });
    for (const Request& request : whole.requests)
        holds(request);
    for (const Outcome* other : {&cut, &single}) {
        require(std::equal(whole.requests.begin(), whole.requests.end(), other->requests.begin(), other->requests.end(),
                           isSame),
                "the same requests, however the bytes are cut");
        require(std::equal(whole.heads.begin(), whole.heads.end(), other->heads.begin(), other->heads.end(),
                           [](const ParsedHead& a, const ParsedHead& b) {
                               return a.keepsAlive == b.keepsAlive && a.expectsContinue == b.expectsContinue;
                           }),
                "the same answer's framing, however the bytes are cut");
        require(whole.error == other->error, "the same error, however the bytes are cut");
        require(whole.left == other->left, "the same bytes left, however they are cut");
    }
    return 0;
}
