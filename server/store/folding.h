// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <string_view>

namespace belfry::server {

/// Text as search sees it: decomposed (NFD), marks off, đ as d, case folded. "Thông báo" and "THONG BAO" are one.
/// Pure; any thread.
std::string foldedForSearch(std::string_view utf8);

/// Unicode's full case folding: QString's own leaves what folds to several characters (ß, ﬁ) as it is.
QString caseFolded(const QString& text);

} // namespace belfry::server
