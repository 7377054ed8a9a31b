// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/send_ring.h"

#include <liburing.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <new>

namespace belfry::server {

namespace {

/// io_uring as a list of `send` calls: with MSG_DONTWAIT each is over when the submission returns, so nothing is ever
/// under way between two calls, and the bytes need not live on.
class IoUring final : public SendRing
{
public:
    bool begin() { return m_begun = ::io_uring_queue_init(most, &m_ring, 0) == 0; }
    ~IoUring() override
    {
        if (m_begun)
            ::io_uring_queue_exit(&m_ring);
    }

    Outcome send(std::span<Parcel> parcels) override
    {
        for (std::size_t place = 0; place < parcels.size(); ++place) {
            io_uring_sqe* const entry = ::io_uring_get_sqe(&m_ring); // there is room: the last call left none behind
            const Parcel& parcel = parcels[place];
            ::io_uring_prep_send(entry, static_cast<int>(parcel.socket), parcel.bytes.data(), parcel.bytes.size(),
                                 MSG_DONTWAIT | MSG_NOSIGNAL);
            entry->user_data = place;
        }
        const std::size_t submitted = submit(parcels.size());
        std::size_t invalid = 0;
        if (!reap(parcels, submitted, invalid) || submitted < parcels.size())
            return Outcome::Failed;
        // Linux 5.1 to 5.5 have rings, and know no sending by them: each is answered so.
        return invalid == parcels.size() ? Outcome::Unable : Outcome::Done;
    }

private:
    /// @return how many the kernel has seen; it may stop at one that it finds faulty, and wants to be called again.
    std::size_t submit(std::size_t wanted)
    {
        std::size_t submitted = 0;
        while (submitted < wanted) {
            const int now = ::io_uring_submit(&m_ring);
            if (now == -EINTR)
                continue;
            if (now <= 0)
                break;
            submitted += static_cast<std::size_t>(now);
        }
        return submitted;
    }

    /// @param invalid  raised by those that the kernel called invalid
    bool reap(std::span<Parcel> parcels, std::size_t submitted, std::size_t& invalid)
    {
        for (std::size_t done = 0; done < submitted; ++done) {
            io_uring_cqe* completion = nullptr;
            int status = 0;
            do
                status = ::io_uring_wait_cqe(&m_ring, &completion); // it is there already
            while (status == -EINTR);
            if (status < 0)
                return false;
            parcels[completion->user_data].taken = static_cast<std::size_t>(std::max(completion->res, 0));
            invalid += completion->res == -EINVAL ? 1 : 0;
            ::io_uring_cqe_seen(&m_ring, completion);
        }
        return true;
    }

    io_uring m_ring{};
    bool m_begun = false;
};

} // namespace

std::unique_ptr<SendRing> SendRing::open()
{
    // An old kernel, a sandbox or an administrator may refuse it: that is no error.
    auto ring = std::make_unique<IoUring>();
    if (!ring->begin())
        ring.reset();
    return ring;
}

} // namespace belfry::server
