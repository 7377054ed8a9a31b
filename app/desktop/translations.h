// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QTranslator>

namespace belfry::desktop {

/// The words on screen, ours (embedded) and Qt's, in the person's language. Thread: GUI.
class Translations
{
public:
    /// Makes `locale` (empty: the system's) the language of everything on screen; windows get QEvent::LanguageChange.
    void use(const QString& locale);

private:
    QTranslator m_ours, m_qts;
};

} // namespace belfry::desktop
