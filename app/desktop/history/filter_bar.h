// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QTimer>
#include <QVariantMap>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace belfry::desktop {

/// Search and filters over the list; says in words what is filtered. Thread: GUI.
class FilterBar : public QWidget
{
    Q_OBJECT
public:
    explicit FilterBar(QWidget* parent = nullptr);

    /// What is asked for; `before` and `limit` are the model's.
    client::RowQuery query() const;
    bool isFiltering() const;
    QString searchText() const;
    /// "Showing only: warnings, unread, “disk”"; empty where nothing is filtered.
    QString sentence() const;

    void setCategories(const QStringList& categories);
    void setSenders(const QList<QPair<UserId, QString>>& senders);

    void clearSearch();
    void clearAll();
    void focusSearch();

    /// The filters, not the search: what comes back at the next start.
    QVariantMap state() const;
    void setState(const QVariantMap& state);

Q_SIGNALS:
    /// Settled: at once for filters, 150 ms after the last key for the search.
    void changed();
    void listRequested(); ///< Down or Enter in the search field

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void say();
    void fillTypes();
    void fill(QComboBox* box, const QString& all, const QList<QPair<QVariant, QString>>& items);

    QLineEdit* m_search;
    QComboBox* m_type;
    QComboBox* m_category;
    QComboBox* m_sender;
    QCheckBox* m_unread;
    QTimer m_pause;
};

} // namespace belfry::desktop
