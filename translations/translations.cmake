# SPDX-License-Identifier: GPL-3.0-or-later
# The desktop's languages, embedded under :/translations: belfry_LANGUAGE.qm, and qtbase_LANGUAGE.qm for the few words of
# Qt's own that our windows show (Debian's Qt has none in Vietnamese).
#
# belfry_translations(TARGET) is called once, from the target that holds the windows. `belfry_lupdate` brings the .ts
# files up to date with the sources: run it after changing a sentence.
find_package(Qt6 6.4 REQUIRED COMPONENTS LinguistTools)

set(BELFRY_TRANSLATIONS_DIR "${CMAKE_CURRENT_LIST_DIR}")

function(belfry_translations target)
    set(files
        "${BELFRY_TRANSLATIONS_DIR}/belfry_en.ts"
        "${BELFRY_TRANSLATIONS_DIR}/belfry_vi.ts"
        "${BELFRY_TRANSLATIONS_DIR}/qtbase_vi.ts")
    set_source_files_properties(${files} PROPERTIES OUTPUT_LOCATION "${CMAKE_CURRENT_BINARY_DIR}/translations")
    qt_add_lrelease(${target} TS_FILES ${files} QM_FILES_OUTPUT_VARIABLE compiled)
    qt_add_resources(${target} belfry_translations
        PREFIX "/translations" BASE "${CMAKE_CURRENT_BINARY_DIR}/translations" FILES ${compiled})

    add_custom_target(belfry_lupdate
        COMMAND Qt6::lupdate -locations none -no-ui-lines -no-obsolete "${PROJECT_SOURCE_DIR}/app/desktop"
            "${PROJECT_SOURCE_DIR}/client" -I "${PROJECT_SOURCE_DIR}" -ts "${BELFRY_TRANSLATIONS_DIR}/belfry_vi.ts"
        COMMAND Qt6::lupdate -locations none -no-ui-lines -no-obsolete -pluralonly "${PROJECT_SOURCE_DIR}/app/desktop"
            "${PROJECT_SOURCE_DIR}/client" -I "${PROJECT_SOURCE_DIR}" -ts "${BELFRY_TRANSLATIONS_DIR}/belfry_en.ts"
        VERBATIM)
endfunction()
