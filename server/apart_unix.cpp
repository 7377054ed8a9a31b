// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/apart.h"
#include "server/control/answer_line.h"

#include <sys/stat.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace belfry::server {

namespace {

pid_t callerOf = 0; // 0: this process does the work itself

[[noreturn]] void doApart(int pipe, const std::function<Result<std::string>()>& work)
{
    const std::string line = answerLine(work());
    std::size_t written = 0;
    while (written < line.size()) {
        const ssize_t size = ::write(pipe, line.data() + written, line.size() - written);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            break;
        written += std::size_t(size);
    }
    ::_exit(0); // what ends a process in order is the caller's
}

} // namespace

Result<std::string> apart(const std::string& dataDirectory, const std::function<Result<std::string>()>& work)
{
    struct stat status
    {
    };
    if (::geteuid() != 0 || ::stat(dataDirectory.c_str(), &status) != 0 || status.st_uid == 0)
        return work();
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0)
        return failure(500, "internal", std::string("The command can't go on: ") + std::strerror(errno) + ".");
    const pid_t caller = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        callerOf = caller;
        endWithCaller();
        doApart(ends[1], work);
    }
    const int error = errno;
    ::close(ends[1]);
    std::string line;
    std::array<char, 4096> part{};
    for (;;) {
        const ssize_t size = child < 0 ? 0 : ::read(ends[0], part.data(), part.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            break;
        line.append(part.data(), std::size_t(size));
    }
    ::close(ends[0]);
    if (child < 0)
        return failure(500, "internal", std::string("The command can't go on: ") + std::strerror(error) + ".");
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    return line.empty() ? failure(500, "internal", "The command was ended before it was done.") : answerIn(line);
}

void endWithCaller()
{
#ifdef __linux__
    if (callerOf == 0)
        return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != callerOf)
        ::_exit(1);
#endif
}

} // namespace belfry::server
