// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/sodium.h"

#include <sodium.h>

#include <cstdlib>

namespace belfry::server {

namespace {

/// Without random numbers there is no key and no session: nothing a server could go on with.
void makeReady()
{
    static const bool isReady = sodium_init() >= 0;
    if (!isReady)
        std::abort();
}

} // namespace

std::uint64_t randomBits()
{
    makeReady();
    std::uint64_t bits = 0;
    while (bits == 0)
        randombytes_buf(&bits, sizeof bits);
    return bits;
}

std::string randomBytes(std::size_t count)
{
    makeReady();
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string blake2b(std::string_view bytes, std::string_view key)
{
    makeReady();
    std::string hash(crypto_generichash_BYTES, '\0');
    crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                       reinterpret_cast<const unsigned char*>(key.data()), key.size());
    return hash;
}

void wipe(std::string& secret)
{
    secret.resize(secret.capacity());
    sodium_memzero(secret.data(), secret.size());
    secret.clear();
}

} // namespace belfry::server
