// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control_client.h"

#include "protocol/json.h"
#include "server/auth/certificate.h"
#include "server/auth/keys.h"
#include "server/control/answer_line.h"
#include "server/control/control_server.h"
#include "server/data_directory.h"
#include "server/store/database.h"
#include "server/store/store.h"

#include <boost/json/serialize.hpp>

#include <thread>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

/// Nobody has streams where no server runs.
class NoStreams final : public CommitSink
{
public:
    explicit NoStreams(Seq newest) : m_published(newest) {}

    void committed(CommittedBatch batch) override
    {
        if (!batch.entries.empty())
            m_published = batch.entries.back().seq;
        for (auto* answers : {&batch.answers, &batch.afterSweep}) {
            for (Answer& answer : *answers)
                answer.home->post(std::move(answer.task));
        }
    }
    int online(const Audience&, const Accounts&) const override { return 0; }
    Seq published() const override { return m_published; }
    bool isCongested() const override { return false; }

private:
    std::atomic<Seq> m_published;
};

/// The one command that may begin a store; the others have nothing to say where there is none.
bool beginsStore(const boost::json::object& command)
{
    const auto* name = command.if_contains("command");
    return name && *name == "user add";
}

/// The lists that are printed whole, however many pages they come in.
bool isWholeList(const boost::json::object& command)
{
    const auto* name = command.if_contains("command");
    return name && (*name == "user list" || *name == "token list");
}

/// Asks for one page after the other, `{"users":[…],"next":{…}}` until there is no `next`, and makes one list of them.
/// What is no such list is answered as it came.
/// @param once  Result<std::string>(const boost::json::object& command)
template <class Once> Result<std::string> followPages(boost::json::object command, const Once& once)
{
    std::string whole;
    while (true) {
        auto output = once(command);
        if (!output || !isWholeList(command))
            return output;
        const auto page = parseJsonObject(*output);
        if (!page)
            return output;
        const auto* next = page->if_contains("next");
        // Texts stand inside the list: what follows its end holds numbers alone.
        const auto begin = output->find('[') + 1;
        const auto end = output->rfind(']');
        if (whole.empty())
            whole = output->substr(0, begin);
        if (end > begin)
            whole.append(whole.back() == '[' ? "" : ",").append(*output, begin, end - begin);
        if (!next || !next->is_object())
            return whole + "]}";
        for (const auto& [name, value] : next->get_object())
            command[name] = value;
    }
}

Result<std::string> runHere(DataDirectory& directory, const boost::json::object& command, const Progress& told)
{
    if (!directory.hasStore() && !beginsStore(command))
        return DataDirectory::withoutStore(directory.path());
    if (const auto judged = judgeStoreFile(directory.descriptor(), directory.path()); !judged)
        return tl::unexpected(judged.error());
    if (directory.isEmpty()) {
        if (const auto tightened = directory.tighten(); !tightened)
            return tl::unexpected(tightened.error());
    }
    auto key = signingKey(directory.descriptor(), directory.path(),
                          directory.hasStore() ? KeyFault::Refuse : KeyFault::MakeMissing);
    if (!key)
        return tl::unexpected(key.error());
    StoreSettings settings;
    settings.directory = directory.descriptor();
    settings.path = directory.path();
    settings.keepsHouse = false;
    auto store = Store::open(settings);
    if (!store)
        return tl::unexpected(store.error());
    if (const auto tightened = directory.tighten(); !tightened)
        return tl::unexpected(tightened.error());
    const Tokens tokens(std::move(*key));
    NoStreams sink((*store)->newest());
    (*store)->start(sink);
    Admin admin(**store, tokens);
    const auto work = admin.longWork(command, -1);
    auto answer = work ? (*work)(told ? told : [](double) { return true; })
                       : followPages(command, [&admin](const boost::json::object& page) { return admin.run(page); });
    (*store)->stop();
    return answer;
}

Result<std::string> ownPin(DataDirectory& directory, const boost::json::object&, const Progress&)
{
    if (!directory.hasStore())
        return DataDirectory::withoutStore(directory.path());
    return Certificate::own(directory.descriptor(), directory.path()).map([](const Certificate& own) {
        return own.pin();
    });
}

/// @param here  what is done where no server holds the directory
template <class Here>
Result<std::string> ask(const std::string& dataDirectory, const std::string& command, const Here& here,
                        const Progress& told = {})
{
    const auto object = parseJsonObject(command);
    if (!object)
        return tl::unexpected(object.error());
    auto directory =
        DataDirectory::open(dataDirectory, DataDirectory::Owner::Become,
                            beginsStore(*object) ? DataDirectory::Missing::Make : DataDirectory::Missing::Refuse);
    if (!directory)
        return tl::unexpected(directory.error());
    auto server = LocalServer::find(*directory);
    if (!server)
        return tl::unexpected(server.error());
    if (!*server)
        return here(*directory, *object, told);
    return followPages(*object, [&server, &told](const boost::json::object& page) {
        return (*server)->ask(boost::json::serialize(page), -1, told);
    });
}

} // namespace

Result<std::string> administer(const std::string& dataDirectory, const std::string& command, const Progress& told)
{
    return ask(dataDirectory, command, runHere, told);
}

Result<std::string> pinOf(const std::string& dataDirectory)
{
    return ask(dataDirectory, R"({"command":"pin"})", ownPin);
}

Result<std::optional<LocalServer>> LocalServer::find(DataDirectory& directory)
{
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    while (true) {
        if (auto connection = connectLocal(directory, controlSocketName))
            return LocalServer(directory, std::move(*connection));
        const auto locked = directory.lock();
        if (locked)
            return std::nullopt;
        if (locked.error().code != "in_use")
            return tl::unexpected(locked.error());
        if (std::chrono::steady_clock::now() > deadline)
            return failure(409, "in_use",
                           "A server holds the data directory " + directory.path() +
                               " but does not answer. Stop it, or try again.");
        std::this_thread::sleep_for(50ms);
    }
}

Result<std::string> LocalServer::ask(const std::string& command, int file, const Progress& told)
{
    auto connection =
        m_connection ? std::exchange(m_connection, std::nullopt) : connectLocal(*m_directory, controlSocketName);
    bool isAsked = connection && connection->writeLine(command, 30s, file);
    while (isAsked) {
        const auto line = connection->readLine(30s);
        const auto share = line ? progressIn(*line) : std::nullopt;
        if (line && !share)
            return answerIn(*line);
        isAsked = line.has_value();
        if (share && told && !told(*share))
            return failure(499, "broken_off", "It was broken off.");
    }
    return failure(500, "control_socket", "The server did not answer. Is it stopping? Try again.");
}

} // namespace belfry::server
