// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/log_outlet.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace belfry::server {

bool writeLogLine(std::string_view line)
{
    // A pipe that is writable takes PIPE_BUF bytes. Setting O_NONBLOCK instead would set it for everybody who shares
    // this terminal or pipe.
    pollfd stderrIsReady{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&stderrIsReady, 1, 0) != 1 || (stderrIsReady.revents & POLLOUT) == 0)
        return false;
    ssize_t written = -1;
    do
        written = ::write(STDERR_FILENO, line.data(), line.size());
    while (written < 0 && errno == EINTR);
    return written == static_cast<ssize_t>(line.size());
}

} // namespace belfry::server
