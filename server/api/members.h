// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace belfry::server {

/// Whether a member is there; `null` means that it is not.
inline bool isPresent(const boost::json::object& object, std::string_view member)
{
    const boost::json::value* value = object.if_contains({member.data(), member.size()});
    return value && !value->is_null();
}

/// A text as it stands, for names and passwords, which have rules of their own; 400 where it is absent or no text.
inline Result<std::string> readString(const boost::json::object& object, std::string_view member)
{
    const boost::json::value* value = object.if_contains({member.data(), member.size()});
    if (!value || value->is_null())
        return invalidMember(member, std::string(member) + " is missing.");
    if (!value->is_string())
        return invalidMember(member, std::string(member) + " must be a text.");
    return std::string(value->get_string().data(), value->get_string().size());
}

} // namespace belfry::server
