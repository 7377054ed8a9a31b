// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace belfry {

/// Whose text it is. Senders are held to the rules: members unique, depth at most limits::jsonDepth. What a server
/// sends is read all the same: of repeated members the last counts, what is no UTF-8 becomes U+FFFD, and around a
/// notification's data there may be more envelopes than there were when it was sent.
enum class JsonFrom { Sender, Server };

/// JSON text to a value; the one place where Boost.JSON's leniency is mended (see json.h, parseJson).
Result<boost::json::value> parseJsonText(std::string_view text, JsonFrom from);

/// A value as compact JSON: members in their order, integers exact, doubles in the shortest form that reads back the
/// same.
void appendJson(std::string& out, const boost::json::value& value);

/// Appends a JSON string literal with its quotes.
void appendQuoted(std::string& out, std::string_view utf8);

} // namespace belfry
