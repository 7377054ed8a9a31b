// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QString>
#include <QVariantList>

class QSqlQuery;

namespace belfry::client {

/// The columns that rowFrom() reads, of the table `rows` under the name `r`.
extern const char* const rowColumns;

/// The row a query stands on.
Row rowFrom(const QSqlQuery& query);

/// A condition in SQL: what it looks in (`rows` as `r`), its text and its values in order, and what rows are paged by.
struct Condition
{
    QString from;
    QString sql;
    QVariantList values;
    QString order;
    bool isSearch = false; ///< for words: how many rows are looked at nobody knows beforehand
};

/// What a query of the history asks for (its `before` and `limit` apart), on `rows` as `r`, of one link.
/// Words of three and more characters go to the search's index, shorter ones are looked for in the folded column; so
/// are all where only the unread are asked for.
Condition conditionFor(qint64 link, const RowQuery& query);

/// Milliseconds since 1970 in UTC, and back: how times are stored.
QDateTime toDateTime(qint64 milliseconds);
qint64 toMilliseconds(Time time);

} // namespace belfry::client
