// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/entry_sum.h"

#include <sodium.h>

#include <array>
#include <cstring>

namespace belfry::server {
namespace {

static_assert(crypto_shorthash_BYTES == sizeof(std::int64_t));

std::int64_t sipHash(const void* bytes, std::size_t size)
{
    static constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> key{}; // no secret: against accidents
    std::array<unsigned char, crypto_shorthash_BYTES> out{};
    crypto_shorthash(out.data(), static_cast<const unsigned char*>(bytes), size, key.data());
    std::int64_t number = 0;
    for (const unsigned char byte : out) {
        number = static_cast<std::int64_t>(static_cast<std::uint64_t>(number) << 8 | byte);
    }
    return number;
}

} // namespace

std::int64_t entrySum(Seq seq, std::string_view data, std::string_view folded, std::string_view audience)
{
    // Each by itself, so that nothing is copied and no byte can pass from one to the next.
    const std::array<std::int64_t, 4> parts{seq, sipHash(data.data(), data.size()),
                                            sipHash(folded.data(), folded.size()),
                                            sipHash(audience.data(), audience.size())};
    std::array<unsigned char, sizeof parts> bytes{};
    std::size_t at = 0;
    for (const std::int64_t part : parts) {
        for (int shift = 0; shift < 64; shift += 8) {
            bytes[at++] = static_cast<unsigned char>(static_cast<std::uint64_t>(part) >> shift);
        }
    }
    return sipHash(bytes.data(), bytes.size());
}

} // namespace belfry::server
