// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QDialog>
#include <QFuture>

#include <functional>
#include <memory>

namespace belfry::desktop {

/// Changing one's own password: the old one, and the new one twice. What is typed survives every failure. Where the
/// connection can be read on the way that is said, and to be confirmed first.
///
/// Its objectName is "passwordDialog". accepted() once it is changed. Thread: GUI.
class PasswordDialog : public QDialog
{
    Q_OBJECT
public:
    using Change = std::function<QFuture<Result<void>>(const QString& earlier, const QString& password)>;
    /// @param isPlain  what is sent can be read on the way
    explicit PasswordDialog(Change change, bool isPlain, QWidget* parent = nullptr);
    ~PasswordDialog() override;

protected:
    void changeEvent(QEvent* event) override;

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::desktop
