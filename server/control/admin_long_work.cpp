// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "server/control/admin.h"
#include "server/control/wait.h"
#include "server/store/handed_file.h"

#include <QFile>

#include <memory>

namespace belfry::server {

std::optional<LongCommand::Work> Admin::longWork(const boost::json::object& command, int file)
{
    const auto name = readText(command, "command", 1, 32);
    const auto target = std::make_shared<QFile>();
    if (file >= 0)
        target->open(file, QIODevice::ReadWrite | QIODevice::Unbuffered, QFileDevice::AutoCloseHandle);
    if (name && *name == "backup")
        return [this, target](const Progress& goesOn) -> Result<std::string> {
            if (!target->isOpen() || !isEmptyFile(target->handle()))
                return failure(400, "invalid", "A backup needs a new, empty file to write to.");
            return m_store.copyTo(target->handle(), goesOn).map([] { return std::string("copied"); });
        };
    if (name && *name == "compact")
        return [this](const Progress& goesOn) -> Result<std::string> {
            const auto compacted =
                waitFor<Compacted>([&](Reply<Compacted> reply) { m_store.compact(goesOn, std::move(reply)); });
            return compacted.map([](const Compacted& done) {
                return done.before == done.after
                           ? "The store is as short as it can be: " + std::to_string(done.after) + " bytes."
                           : "The store was " + std::to_string(done.before) + " bytes long and is " +
                                 std::to_string(done.after) + " now.";
            });
        };
    return std::nullopt;
}

} // namespace belfry::server
