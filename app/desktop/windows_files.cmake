# SPDX-License-Identifier: GPL-3.0-or-later
# The windows: history, settings, sign-in, about.
target_sources(belfry_desktop_parts PRIVATE
    history/choice.cpp
    history/detail_pane.cpp
    history/empty_page.cpp
    history/filter_bar.cpp
    history/history_delegate.cpp
    history/history_list.cpp
    history/history_model.cpp
    history/history_model_window.cpp
    history/history_pane.cpp
    history/history_source.cpp
    history/history_window.cpp
    history/history_words.cpp
    history/hit_ranges.cpp
    history/key_list.cpp
    history/link_words.cpp
    history/list_steps.cpp
    history/message_actions.cpp
    history/message_html.cpp
    history/notice_bar.cpp
    history/reading.cpp
    history/status_strip.cpp
    history/tones.cpp
    history/trouble_bars.cpp
    settings/about_dialog.cpp
    settings/about_page.cpp
    settings/account_page.cpp
    settings/form.cpp
    settings/general_page.cpp
    settings/invite_dialog.cpp
    settings/join_dialog.cpp
    settings/local_server_page.cpp
    settings/notifications_page.cpp
    settings/password_dialog.cpp
    settings/reach_box.cpp
    settings/settings_window.cpp
    settings/sign_in_dialog.cpp
    settings/sign_ins_box.cpp
    settings/pages.h
)

include("${PROJECT_SOURCE_DIR}/translations/translations.cmake")
belfry_translations(belfry_desktop_parts)
