// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace belfry::server {

/// Text as search sees it: decomposed (NFD), marks off, đ as d, case folded. "Thông báo" and "THONG BAO" are one.
/// Pure; any thread.
std::string foldedForSearch(std::string_view utf8);

} // namespace belfry::server
