// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace belfry::server {

/// How deep arrays and objects stand in each other; of text that is no JSON, what it looks like. One pass, no memory.
inline std::size_t nestingOf(std::string_view json)
{
    std::size_t depth = 0, deepest = 0;
    bool isInText = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char byte = json[i];
        if (isInText && byte == '\\')
            ++i;
        else if (byte == '"')
            isInText = !isInText;
        else if (!isInText && (byte == '{' || byte == '['))
            deepest = std::max(deepest, ++depth);
        else if (!isInText && (byte == '}' || byte == ']') && depth > 0)
            --depth;
    }
    return deepest;
}

} // namespace belfry::server
