// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/kept_room.h"

#include "server/durable_files.h"

#include <algorithm>
#include <filesystem>

namespace belfry::server {
namespace {

constexpr std::int64_t leastBytes = 256 * 1024;
constexpr std::int64_t scarceBytes = 64 * 1024 * 1024;

} // namespace

KeptRoom::KeptRoom(std::string path, std::int64_t limitBytes) : m_path(std::move(path))
{
    std::error_code error;
    const auto had = std::filesystem::file_size(m_path, error);
    const std::int64_t free = freeBytes() + (error ? 0 : static_cast<std::int64_t>(had));
    m_bytes = std::max(std::min(limitBytes, free / 4), std::min(limitBytes, leastBytes));
    take();
}

bool KeptRoom::take()
{
    if (m_isKept || m_bytes == 0) {
        return true;
    }
    std::error_code error;
    const auto had = std::filesystem::file_size(m_path, error);
    const std::int64_t missing = m_bytes - (error ? 0 : static_cast<std::int64_t>(had));
    if (missing > 0 && freeBytes() < missing + m_bytes / 4) {
        return false;
    }
    m_isKept = keepRoom(m_path, m_bytes);
    return m_isKept;
}

bool KeptRoom::giveUp()
{
    if (!m_isKept) {
        return false;
    }
    m_isKept = false;
    return keepRoom(m_path, 0);
}

bool KeptRoom::isScarce()
{
    const auto now = std::chrono::steady_clock::now();
    if (now >= m_nextLook) {
        m_nextLook = now + std::chrono::seconds(1);
        m_isScarce = freeBytes() < scarceBytes;
    }
    return m_isScarce;
}

std::int64_t KeptRoom::freeBytes() const
{
    std::error_code error;
    const auto space = std::filesystem::space(std::filesystem::path(m_path).parent_path(), error);
    return error ? 0 : static_cast<std::int64_t>(std::min<std::uintmax_t>(space.available, INT64_MAX));
}

} // namespace belfry::server
