// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/hosting/cut_off.h"

#include <QCoreApplication>

namespace belfry::desktop::cutoff {
namespace {

struct CutOff
{
    Q_DECLARE_TR_FUNCTIONS(CutOff)
};

QString connected(int others)
{
    return CutOff::tr("%Ln other(s) are connected to your local server.", nullptr, others);
}

} // namespace

form::Question byQuitting(int others)
{
    return {"quitQuestion", CutOff::tr("Quit Belfry?"), connected(others),
            CutOff::tr("They get no messages from it until Belfry runs again."), CutOff::tr("&Quit")};
}

form::Question byTurningOff(int others)
{
    return {"turnOffQuestion", CutOff::tr("Turn the local server off?"), connected(others),
            CutOff::tr("They get no messages from it until you turn it on again."), CutOff::tr("&Turn off")};
}

form::Question byClosingTheNetwork(int others)
{
    return {"closeNetworkQuestion", CutOff::tr("Only for this computer?"), connected(others),
            CutOff::tr("Those on other computers get no messages from it until you open it to the network again."),
            CutOff::tr("&Only this computer")};
}

} // namespace belfry::desktop::cutoff
