// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QCoreApplication>
#include <QString>

namespace belfry::client {

/// The sentences of the client's network side, for translators.
struct LinkWords
{
    Q_DECLARE_TR_FUNCTIONS(belfry::client::Link)
};

/// The sentences of the history on this computer.
struct InboxWords
{
    Q_DECLARE_TR_FUNCTIONS(belfry::client::Inbox)
};

/// An Error whose sentence is a QString.
inline Error errorOf(int status, std::string_view code, const QString& sentence)
{
    return Error{status, std::string(code), sentence.toStdString(), {}, 0};
}

} // namespace belfry::client
