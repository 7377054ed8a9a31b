# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a C++ file of the schema's steps: cmake -DOUT=FILE "-DSTEPS=FILE;FILE" -P embed_schema.cmake
set(text "// Made from server/store/schema/ by embed_schema.cmake.\n#include \"server/store/schema.h\"\n\n")
string(APPEND text "namespace belfry::server {\n\nconst std::vector<std::string_view>& schemaSteps()\n{\n")
string(APPEND text "    static const std::vector<std::string_view> steps{\n")
foreach(step IN LISTS STEPS)
    file(READ "${step}" sql)
    string(APPEND text "R\"schema(${sql})schema\",\n")
endforeach()
string(APPEND text "    };\n    return steps;\n}\n\n} // namespace belfry::server\n")
file(WRITE "${OUT}" "${text}")
