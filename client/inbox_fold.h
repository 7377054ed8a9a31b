// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace belfry::client {

/// A text as the search sees it: NFD, marks off, đ→d, case folded, blanks of any kind as one space.
///
/// "don hang" is found in "Đơn hàng" because both come out alike (client.md, "What is kept": Search). Pure; any thread.
QString foldForSearch(const QString& text);

} // namespace belfry::client
