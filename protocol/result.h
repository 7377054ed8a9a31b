// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace belfry {

/// What went wrong, as a value: a sentence for a person, and for programs a code and the member at fault.
///
/// It is also the body of every error answer (protocol.md, "Common rules").
struct Error
{
    int status = 500;          ///< the HTTP status it travels under
    std::string code;          ///< snake_case, stable
    std::string message;       ///< a sentence for a person, UTF-8
    std::string field;         ///< the member at fault, empty where none is
    int retryAfterSeconds = 0; ///< sent as Retry-After where above 0

    bool operator==(const Error&) const = default;
};

template <class T> using Result = tl::expected<T, Error>;

/// An Error, ready to be returned from a function that returns a Result.
inline tl::unexpected<Error> failure(int status, std::string_view code, std::string_view message,
                                     std::string_view field = {}, int retryAfterSeconds = 0)
{
    return tl::unexpected<Error>(
        Error{status, std::string(code), std::string(message), std::string(field), retryAfterSeconds});
}

/// 400 for a member that is missing, of the wrong type or beyond its limits.
inline tl::unexpected<Error> invalidMember(std::string_view field, std::string_view message)
{
    return failure(400, "invalid", message, field);
}

} // namespace belfry
