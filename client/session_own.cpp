// SPDX-License-Identifier: GPL-3.0-or-later
// What people do about their own account, where it is in use and its server there.
#include "client/answer_words.h"
#include "client/session_core.h"
#include "client/sync_words.h"
#include "client/words.h"

namespace belfry::client {

Result<Api*> Core::connectedApi()
{
    if (m_sync->api() == nullptr || !m_status.isConnected()) {
        return failure(
            0, "unreachable",
            (m_status.reason.isEmpty() ? tr("Belfry is not connected at the moment.") : m_status.reason).toStdString());
    }
    return m_sync->api();
}

void Core::sessions(Answer<QList<OpenSession>> answer)
{
    const Result<Api*> api = connectedApi();
    if (!api) {
        answer(tl::unexpected<Error>(api.error()));
        return;
    }
    (*api)->server([this, answer, id = m_active.id, address = m_active.address](const Result<ServerCard>& card) {
        const Result<Api*> still = connectedApi();
        if (!card || !still || id != m_active.id) {
            answer(tl::unexpected<Error>(!card    ? words::told(card.error(), address)
                                         : !still ? still.error()
                                                  : errorOf(0, "unreachable", words::signInAgain())));
            return;
        }
        if (!card->listsSessions()) {
            answer(failure(404, "not_offered", words::notDone({}).toStdString()));
            return;
        }
        (*still)->sessions([answer, address](const Result<std::vector<OpenSession>>& found) {
            if (found) {
                answer(QList<OpenSession>(found->begin(), found->end()));
            } else {
                answer(tl::unexpected<Error>(words::told(found.error(), address)));
            }
        });
    });
}

void Core::endSession(std::int64_t id, Answer<void> answer)
{
    const Result<Api*> api = connectedApi();
    if (!api) {
        answer(tl::unexpected<Error>(api.error()));
        return;
    }
    (*api)->endSession(id, [answer, address = m_active.address](const Result<void>& ended) {
        // One that has ended by itself is as good.
        if (ended || ended.error().status == 404) {
            answer({});
        } else {
            answer(tl::unexpected<Error>(words::told(ended.error(), address)));
        }
    });
}

void Core::changePassword(const QString& earlier, const QString& password, Answer<void> answer)
{
    const Result<Api*> api = connectedApi();
    if (!api) {
        answer(tl::unexpected<Error>(api.error()));
        return;
    }
    (*api)->changePassword(earlier, password, [answer, address = m_active.address](const Result<void>& changed) {
        if (changed) {
            answer({});
            return;
        }
        answer(tl::unexpected<Error>(words::told(changed.error(), address)));
    });
}

} // namespace belfry::client
