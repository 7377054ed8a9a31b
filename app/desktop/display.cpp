// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/display.h"

#include <QByteArray>
#include <QtGlobal>

#include <cstdio>
#include <cstdlib>

namespace belfry::desktop {
namespace {

QtMessageHandler& handlerBefore()
{
    static QtMessageHandler handler = nullptr;
    return handler;
}

/// Qt's own words about plugins help nobody; what it would abort for is said in ours.
void whileStarting(QtMsgType type, const QMessageLogContext&, const QString&)
{
    if (type != QtFatalMsg)
        return;
    sayNoDisplay();
    std::_Exit(1);
}

} // namespace

bool mayHaveDisplay()
{
#if defined(Q_OS_WIN) || defined(Q_OS_MACOS)
    return true;
#else
    return !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") || !qEnvironmentVariableIsEmpty("DISPLAY") ||
           !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
#endif
}

void expectDisplay()
{
    handlerBefore() = qInstallMessageHandler(whileStarting);
}

void displayIsThere()
{
    qInstallMessageHandler(handlerBefore());
}

void sayNoDisplay()
{
    std::fputs(
        "There is no display to show Belfry on. Start it in a desktop session, or use “belfry serve” for a server "
        "without a screen.\n",
        stderr);
}

} // namespace belfry::desktop
