# SPDX-License-Identifier: GPL-3.0-or-later
# The windows: history, settings, sign-in, about.
target_sources(belfry_desktop_parts PRIVATE
    history/detail_pane.cpp
    history/empty_page.cpp
    history/filter_bar.cpp
    history/history_delegate.cpp
    history/history_list.cpp
    history/history_model.cpp
    history/history_pane.cpp
    history/history_source.cpp
    history/history_window.cpp
    history/history_words.cpp
    history/hit_ranges.cpp
    history/key_list.cpp
    history/link_words.cpp
    history/message_html.cpp
    history/notice_bar.cpp
    history/reading.cpp
    history/status_strip.cpp
    history/tones.cpp
)
