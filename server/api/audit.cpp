// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/audit.h"

#include "server/api/call.h"
#include "server/api/queries.h"

namespace belfry::server {

void showAudit(const CallPtr& call)
{
    const auto query = readAuditQuery(call->request.head);
    if (!query)
        return call->refuse(query.error());
    call->api.store.audit(*query, replyTo<AuditPage>(call, [call](const AuditPage& page) {
        std::string entries;
        for (const AuditItem& item : page.items)
            entries += (entries.empty() ? "" : ",") + auditJson(item);
        const std::string next = page.isLast ? "null"
                                             : "{\"before_id\":" + std::to_string(page.actionCursor) +
                                                   ",\"before_sent\":" + std::to_string(page.sentCursor) + "}";
        call->answerJson(200, "{\"entries\":[" + entries + "],\"next\":" + next + "}");
    }));
}

} // namespace belfry::server
