# SPDX-License-Identifier: GPL-3.0-or-later
# What every target of the project shares: the language, the warnings, the sanitizers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_AUTOMOC OFF) # switched on where a folder has QObjects: scanning costs time
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(belfry_options INTERFACE)
target_include_directories(belfry_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_definitions(belfry_options INTERFACE
    QT_NO_KEYWORDS QT_NO_FOREACH QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_STRICT_ITERATORS
    BOOST_ASIO_NO_DEPRECATED BELFRY_VERSION="${PROJECT_VERSION}")
if(MSVC)
    target_compile_options(belfry_options INTERFACE /W4 /permissive- /utf-8)
    if(BELFRY_WERROR)
        target_compile_options(belfry_options INTERFACE /WX)
    endif()
else()
    target_compile_options(belfry_options INTERFACE -Wall -Wextra)
    if(BELFRY_WERROR)
        target_compile_options(belfry_options INTERFACE -Werror)
    endif()
endif()
if(BELFRY_SANITIZE)
    target_compile_options(belfry_options INTERFACE -fsanitize=${BELFRY_SANITIZE} -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    target_link_options(belfry_options INTERFACE -fsanitize=${BELFRY_SANITIZE})
    if(BELFRY_SANITIZE STREQUAL "thread")
        # It does not know fences, and no loop needs Asio's: each context has one thread, and what is posted takes a lock.
        target_compile_definitions(belfry_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
    endif()
endif()

if(BELFRY_FUZZ)
    target_compile_options(belfry_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# belfry_library(NAME sources...): one static library per folder, with the shared options.
function(belfry_library name)
    add_library(${name} STATIC ${ARGN})
    target_link_libraries(${name} PUBLIC belfry_options)
endfunction()
