// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "server/api/call.h"
#include "server/api/members.h"
#include "server/api/queries.h"
#include "server/auth/sodium.h"

namespace belfry::server {

namespace {

std::string unreadBody(std::int64_t unread)
{
    return "{\"unread\":" + std::to_string(unread) + "}";
}

void publish(const CallPtr& call, Role minimumRole, std::string_view endpoint, Draft draft)
{
    if (!call->api.publishRate.isOff()) {
        if (const auto wait = call->api.publishRate.take(std::to_string(call->credential.user)))
            return call->refuse({429,
                                 "too_many_notifications",
                                 "You send more notifications than this server allows a sender. Wait a moment.",
                                 {},
                                 *wait});
    }
    const auto key = readIdempotencyKey(call->request.head);
    if (!key)
        return call->refuse(key.error());
    const auto accounts = call->api.store.accounts();
    const Account* sender = accounts->find(call->credential.user);
    if (!sender)
        return call->refuse({401, "invalid_token", "This account is no more.", {}, 0});
    draft.notification.sender = {sender->id, sender->name};
    std::string ignored;
    for (const std::string& member : draft.ignored)
        ignored.append(ignored.empty() ? ",\"ignored\":[" : ",").append(jsonString(member));
    if (!ignored.empty())
        ignored.push_back(']');
    IdempotencyKey once;
    if (!key->empty())
        once = {*key, std::string(endpoint), blake2b(call->request.body)};
    call->api.store.publish(call->credential, minimumRole, std::move(draft), std::move(once),
                            replyTo<Published>(call, [call, ignored](const Published& published) {
                                call->answerJson(200, "{\"status\":\"sent\",\"id\":" + std::to_string(published.id) +
                                                          ",\"recipients\":" + std::to_string(published.recipients) +
                                                          ",\"online\":" + std::to_string(published.online) + ignored +
                                                          "}");
                            }));
}

/// Whether this person may change their state once more; else it is refused.
bool mayChangeState(const CallPtr& call)
{
    const auto wait = call->api.stateRate.take(std::to_string(call->credential.user));
    if (wait)
        call->refuse({429,
                      "too_many_changes",
                      "You mark more messages, one call after the other, than this server allows. Wait a moment.",
                      {},
                      *wait});
    return !wait;
}

/// So many messages are marked by one call.
constexpr std::size_t mostIds = 500;

/// `ids`, where there are any.
Result<std::optional<std::vector<Seq>>> readSomeIds(const boost::json::object& object)
{
    auto ids = readIds(object, "ids");
    if (ids && *ids && (*ids)->size() > mostIds)
        return invalidMember("ids", "“ids” must be at most 500 numbers.");
    return ids;
}

/// `ids`, `up_to` or both: at least one.
Result<ReadState> readReadState(const std::string& body)
{
    const auto object = parseJsonObject(body);
    if (!object)
        return tl::unexpected(object.error());
    auto ids = readSomeIds(*object);
    if (!ids)
        return tl::unexpected(ids.error());
    ReadState state;
    if (*ids)
        state.ids = std::move(**ids);
    if (isPresent(*object, "up_to")) {
        const auto upTo = readInteger(*object, "up_to", 0, maxJsonInteger);
        if (!upTo)
            return tl::unexpected(upTo.error());
        state.upTo = *upTo;
    } else if (state.ids.empty()) {
        return invalidMember("ids", "ids or up_to is needed.");
    }
    return state;
}

Result<std::vector<Seq>> readUnreadIds(const std::string& body)
{
    const auto object = parseJsonObject(body);
    if (!object)
        return tl::unexpected(object.error());
    auto ids = readSomeIds(*object);
    if (!ids)
        return tl::unexpected(ids.error());
    if (!*ids || (*ids)->empty())
        return invalidMember("ids", "ids is missing.");
    return std::move(**ids);
}

Result<std::optional<std::string>> readAnswer(const std::string& body)
{
    if (body.empty())
        return std::nullopt;
    const auto object = parseJsonObject(body);
    if (!object)
        return tl::unexpected(object.error());
    if (!isPresent(*object, "answer"))
        return std::nullopt;
    auto answer = readText(*object, "answer", 1, limits::answer);
    if (!answer)
        return tl::unexpected(answer.error());
    return std::move(*answer);
}

std::string joined(const std::vector<std::string>& items)
{
    std::string text;
    for (const auto& item : items) {
        if (!text.empty())
            text.push_back(',');
        text += item;
    }
    return text;
}

std::string listEnd(Seq latestId, std::int64_t unread)
{
    return "],\"latest_id\":" + std::to_string(latestId) + ",\"unread\":" + std::to_string(unread) + "}";
}

/// A list that somebody asked for; where it is a search, one of his two at a time. Given up by the store once nobody
/// waits for it.
struct Listing
{
    CallPtr call;
    std::shared_ptr<const Searches::Search> search; ///< null: it is none

    static Listing begin(const CallPtr& call, const ListQuery& query)
    {
        if (!query.type && query.text.empty())
            return {call, nullptr};
        return {call, call->api.searches.begin(call->credential.user, [call] {
                    call->goHome([call] {
                        call->refuse({429,
                                      "too_many_searches",
                                      "You began two more searches before this one was done: it was given up.",
                                      {},
                                      1});
                    });
                })};
    }
    bool isWanted() const { return !call->exchange->hasLeft() && !(search && search->hasEnded()); }
    /// @param then  called on the call's loop
    template <class Then> void ask(ListQuery query, Then then) const
    {
        call->api.store.list(call->credential.user, std::move(query), {&call->exchange->home(), std::move(then)},
                             [listing = *this] { return listing.isWanted(); });
    }
};

/// The rest of a list that is too long to be held: page after page from the store, as the reader takes them. What the
/// answer says of the whole is as it was when the first page was read.
class ListRest
{
public:
    ListRest(Listing listing, ListQuery next, std::string end, bool needsComma)
        : m_listing(std::move(listing)), m_next(std::move(next)), m_end(std::move(end)), m_needsComma(needsComma)
    {
    }

    static void take(const std::shared_ptr<ListRest>& rest, Reply<BodyPart> reply)
    {
        rest->m_listing.ask(rest->m_next, [rest, reply = std::move(reply)](Result<ListPage> page) {
            if (!page)
                return reply.then(tl::unexpected(page.error()));
            reply.then(rest->part(std::move(*page)));
        });
    }

private:
    BodyPart part(ListPage page)
    {
        std::string bytes = joined(page.items);
        if (!bytes.empty() && m_needsComma)
            bytes.insert(bytes.begin(), ',');
        m_needsComma = m_needsComma || !bytes.empty();
        if (!page.next)
            return {bytes + m_end, true};
        m_next = std::move(*page.next);
        return {std::move(bytes), false};
    }

    Listing m_listing;
    ListQuery m_next;
    std::string m_end;
    bool m_needsComma;
};

} // namespace

void trigger(const CallPtr& call)
{
    auto draft = readDraft(call->request.body);
    if (!draft)
        return call->refuse(draft.error());
    publish(call, Role::Sender, "trigger", std::move(*draft));
}

void sendTest(const CallPtr& call)
{
    Draft draft;
    draft.audience = std::vector<UserId>{call->credential.user};
    draft.notification.title = "Test message";
    draft.notification.message = "It works! This message came the way every notification comes.";
    publish(call, Role::Receiver, "test", std::move(draft));
}

void list(const CallPtr& call)
{
    auto query = readListQuery(call->request.head);
    if (!query)
        return call->refuse(query.error());
    const Listing listing = Listing::begin(call, *query);
    listing.ask(std::move(*query), [call, listing](Result<ListPage> page) {
        if (listing.search && listing.search->hasEnded())
            return; // answered by then
        if (!page)
            return call->refuse(page.error());
        std::string begin = "{\"notifications\":[" + joined(page->items);
        std::string end = listEnd(page->latestId, page->unread);
        if (!page->next)
            return call->answerJson(200, begin + end);
        Response response = Response::json(200, std::move(begin));
        auto rest = std::make_shared<ListRest>(listing, std::move(*page->next), std::move(end), !page->items.empty());
        response.more = [rest = std::move(rest)](Reply<BodyPart> reply) { ListRest::take(rest, std::move(reply)); };
        call->answer(std::move(response));
    });
}

void markRead(const CallPtr& call)
{
    auto state = readReadState(call->request.body);
    if (!state)
        return call->refuse(state.error());
    if (!mayChangeState(call))
        return;
    call->api.store.markRead(
        call->credential, std::move(*state),
        replyTo<std::int64_t>(call, [call](std::int64_t unread) { call->answerJson(200, unreadBody(unread)); }));
}

void markUnread(const CallPtr& call)
{
    auto ids = readUnreadIds(call->request.body);
    if (!ids)
        return call->refuse(ids.error());
    if (!mayChangeState(call))
        return;
    call->api.store.markUnread(
        call->credential, std::move(*ids),
        replyTo<std::int64_t>(call, [call](std::int64_t unread) { call->answerJson(200, unreadBody(unread)); }));
}

void acknowledge(const CallPtr& call)
{
    auto answer = readAnswer(call->request.body);
    if (!answer)
        return call->refuse(answer.error());
    if (!mayChangeState(call))
        return;
    call->api.store.acknowledge(
        call->credential, call->id, std::move(*answer), replyTo<AckState>(call, [call](const AckState& state) {
            call->answerJson(
                200, "{\"id\":" + std::to_string(state.id) + ",\"acked_at\":" + jsonString(formatTime(state.ackedAt)) +
                         ",\"answer\":" + (state.answer.empty() ? "null" : jsonString(state.answer)) + "}");
        }));
}

void retract(const CallPtr& call)
{
    call->api.store.retract(call->credential, call->id,
                            replyTo<Done>(call, [call](Done) { call->answer(Response::empty(204)); }));
}

void openStream(const CallPtr& call)
{
    const RequestHead& head = call->request.head;
    StreamPlaces::Taken taken = call->api.streamPlaces.take(call->credential.user);
    switch (taken.refusal) {
    case StreamPlaces::Refusal::Full:
        return call->refuse({503, "too_many_streams", "The server has as many streams as it may hold.", {}, 10});
    case StreamPlaces::Refusal::PersonFull:
        return call->refuse({429, "too_many_streams", "This account has as many streams open as it may.", {}, 10});
    case StreamPlaces::Refusal::None:
        break;
    }
    call->exchange->startStream(
        {call->credential, lastEventId(head), call->api.cors.fields(head), std::move(taken.place)});
}

} // namespace belfry::server
