// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/detail_pane.h"

#include "app/desktop/history/history_words.h"
#include "app/desktop/history/message_html.h"
#include "app/desktop/history/tones.h"
#include "app/desktop/screen_text.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace belfry::desktop {

namespace {

/// Shows our own markup and nothing else: it loads nothing, whatever the text says.
class MessageView final : public QTextBrowser
{
public:
    using QTextBrowser::QTextBrowser;
    QVariant loadResource(int, const QUrl&) override { return {}; }
};

/// A label that never widens the window: it wraps, and what does not fit is still selectable.
QLabel* textLabel(QWidget* parent, const char* name)
{
    auto* label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setMinimumWidth(60);
    return label;
}

QString priorityName(Priority priority)
{
    switch (priority) {
    case Priority::Low:
        return DetailPane::tr("low priority");
    case Priority::High:
        return DetailPane::tr("high priority");
    case Priority::Critical:
        return DetailPane::tr("critical");
    case Priority::Normal:
        break;
    }
    return {};
}

} // namespace

DetailPane::DetailPane(QWidget* parent)
    : QWidget(parent), m_empty(new QLabel(this)), m_content(new QWidget(this)), m_icon(new QLabel(m_content)),
      m_title(textLabel(m_content, "detailTitle")), m_meta(textLabel(m_content, "detailMeta")),
      m_state(textLabel(m_content, "detailState")), m_host(textLabel(m_content, "detailHost")),
      m_message(new MessageView(m_content)), m_answerBox(new QWidget(m_content)),
      m_answers(new QGridLayout(m_answerBox)), m_openLink(new QPushButton(m_content)),
      m_copy(new QPushButton(m_content)), m_read(new QPushButton(m_content)), m_delete(new QPushButton(m_content))
{
    setObjectName(QStringLiteral("detailPane"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setTextFormat(Qt::PlainText);
    QFont titleFont = font();
    titleFont.setBold(true);
    titleFont.setPointSizeF(titleFont.pointSizeF() * 1.2);
    m_title->setFont(titleFont);
    m_message->setObjectName(QStringLiteral("detailMessage"));
    m_message->setOpenLinks(false);
    m_message->setTabChangesFocus(true);
    m_message->setUndoRedoEnabled(false);
    m_message->setFrameShape(QFrame::NoFrame);
    m_message->setMinimumHeight(QFontMetrics(font()).lineSpacing() * 3);
    m_message->document()->setDocumentMargin(0);
    m_message->viewport()->setAutoFillBackground(false);
    m_openLink->setObjectName(QStringLiteral("openLink"));
    m_copy->setObjectName(QStringLiteral("copyMessage"));
    m_read->setObjectName(QStringLiteral("toggleRead"));
    m_delete->setObjectName(QStringLiteral("deleteMessage"));
    m_answers->setContentsMargins(0, 0, 0, 0);

    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_icon, 0, Qt::AlignTop);
    head->addWidget(m_title, 1);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_openLink);
    buttons->addWidget(m_host, 1);
    buttons->addStretch(0);
    for (QPushButton* button : {m_copy, m_read, m_delete})
        buttons->addWidget(button);
    for (QPushButton* button : {m_openLink, m_copy, m_read, m_delete})
        button->setAutoDefault(false);
    auto* column = new QVBoxLayout(m_content);
    column->setContentsMargins(14, 10, 14, 8);
    column->addLayout(head);
    column->addWidget(m_meta);
    column->addWidget(m_state);
    column->addWidget(m_message, 1);
    column->addWidget(m_answerBox);
    column->addLayout(buttons);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_empty, 1);
    all->addWidget(m_content, 1);

    connect(m_message, &QTextBrowser::anchorClicked, this, [this](const QUrl& url) {
        if (isOpenable(url))
            Q_EMIT linkRequested(url);
    });
    connect(m_openLink, &QPushButton::clicked, this, [this] {
        if (const QUrl url = m_row ? openableUrl(m_row->url) : QUrl(); isOpenable(url))
            Q_EMIT linkRequested(url);
    });
    connect(m_copy, &QPushButton::clicked, this, &DetailPane::copyRequested);
    connect(m_read, &QPushButton::clicked, this, &DetailPane::toggleReadRequested);
    connect(m_delete, &QPushButton::clicked, this, &DetailPane::deleteRequested);
    say();
}

void DetailPane::show(const std::optional<client::Row>& row, const QString& search)
{
    const bool isSame = m_row && row && m_row->rowId == row->rowId && m_several == 0;
    m_row = row;
    m_search = search;
    m_several = 0;
    say();
    if (!isSame)
        m_message->moveCursor(QTextCursor::Start);
}

void DetailPane::showSeveral(int count)
{
    m_row.reset();
    m_several = count;
    say();
}

QString DetailPane::metaText() const
{
    QStringList parts;
    if (!m_row->senderName.isEmpty())
        parts << screen::isolated(m_row->senderName);
    parts << words::exactTime(m_row->createdAt);
    if (!m_row->category.isEmpty())
        parts << tr("category %1").arg(screen::isolated(m_row->category));
    parts << words::typeName(m_row->type);
    if (const QString priority = priorityName(m_row->priority); !priority.isEmpty())
        parts << priority;
    return parts.join(QStringLiteral(" · "));
}

QString DetailPane::stateText() const
{
    QStringList parts;
    const client::Row& row = *m_row;
    if (row.ackedAt.isValid())
        parts << (row.answer.isEmpty()
                      ? tr("Acknowledged %1.").arg(words::exactTime(row.ackedAt))
                      : tr("Answered “%1”, %2.").arg(screen::isolated(row.answer), words::exactTime(row.ackedAt)));
    if (row.change == client::ChangeState::Waiting)
        parts << tr("Will be sent when the server can be reached.");
    if (row.change == client::ChangeState::Refused)
        parts << (row.changeNote.isEmpty() ? tr("The server did not take it.") : screen::line(row.changeNote));
    if (row.isExpired)
        parts << (row.expiresAt.isValid() ? tr("Expired %1.").arg(words::exactTime(row.expiresAt)) : tr("Expired."));
    else if (row.expiresAt.isValid())
        parts << tr("Holds until %1.").arg(words::exactTime(row.expiresAt));
    if (row.isLocalOnly)
        parts << tr("Kept on this computer only: the server no longer has it.");
    return parts.join(QLatin1Char(' '));
}

void DetailPane::fillAnswers()
{
    const client::Row* row = m_row && m_row->canAnswer() ? &*m_row : nullptr;
    QStringList wanted;
    if (row)
        wanted = row->answers.isEmpty() ? QStringList{QString()} : row->answers;
    m_answerBox->setVisible(!wanted.isEmpty());
    const bool isSame = wanted == m_shownAnswers && m_answerButtons.size() == wanted.size();
    if (!isSame) {
        for (QPushButton* button : std::as_const(m_answerButtons)) {
            m_answers->removeWidget(button);
            button->hide();
            button->deleteLater();
        }
        m_answerButtons.clear();
        qsizetype longest = 0, total = 0;
        for (const QString& answer : std::as_const(wanted)) {
            longest = std::max(longest, answer.size());
            total += answer.size();
        }
        // 40 characters an answer: side by side where there is room for it in a narrow window at 200 %.
        const int columns = total <= 36     ? static_cast<int>(std::max<qsizetype>(1, wanted.size()))
                            : longest <= 18 ? 2
                                            : 1;
        QWidget* before = m_message;
        for (qsizetype i = 0; i < wanted.size(); ++i) {
            auto* button = new QPushButton(m_answerBox);
            button->setAutoDefault(false);
            connect(button, &QPushButton::clicked, this, [this, answer = wanted.at(i)] {
                if (m_row)
                    Q_EMIT acknowledged(m_row->rowId, answer);
            });
            m_answers->addWidget(button, static_cast<int>(i) / columns, static_cast<int>(i) % columns);
            setTabOrder(before, button);
            before = button;
            m_answerButtons.append(button);
        }
        m_answers->setColumnStretch(columns, 0);
        m_shownAnswers = wanted;
    }
    for (qsizetype i = 0; i < m_answerButtons.size(); ++i)
        m_answerButtons.at(i)->setText(wanted.at(i).isEmpty() ? tr("Ac&knowledge") : screen::label(wanted.at(i)));
}

void DetailPane::say()
{
    m_openLink->setText(tr("&Open link"));
    m_copy->setText(tr("Cop&y"));
    m_delete->setText(tr("&Delete"));
    m_message->setAccessibleName(tr("Message text"));
    m_content->setVisible(m_row.has_value());
    m_empty->setVisible(!m_row);
    fillAnswers();
    if (!m_row) {
        m_empty->setText(m_several > 0 ? tr("%Ln message(s) selected", nullptr, m_several)
                                       : tr("Choose a message to read it here."));
        m_shownMessage.clear();
        m_message->clear();
        return;
    }
    const client::Row& row = *m_row;
    const int side = QFontMetrics(m_title->font()).height();
    m_icon->setPixmap(tones::typeIcon(row.type, palette()).pixmap(QSize(side, side), devicePixelRatioF()));
    m_icon->setAccessibleName(words::typeName(row.type));
    m_title->setText(words::title(row));
    m_meta->setText(metaText());
    m_state->setText(stateText());
    m_state->setVisible(!m_state->text().isEmpty());
    const QString html = messageHtml(row.message, m_search, tones::accent(palette()), tones::hit(palette()));
    if (html != m_shownMessage) {
        m_shownMessage = html;
        m_message->setHtml(html);
    }
    const QUrl url = openableUrl(row.url);
    m_openLink->setVisible(url.isValid());
    m_openLink->setAccessibleDescription(url.isValid() ? tr("Opens %1").arg(hostOf(url)) : QString());
    m_openLink->setToolTip(url.isValid() ? screen::tooltip(QString::fromLatin1(url.toEncoded())) : QString());
    m_host->setText(url.isValid() ? hostOf(url) : QString());
    m_host->setVisible(url.isValid());
    m_read->setText(row.isUnread() ? tr("Mark r&ead") : tr("Mark unr&ead"));
    m_read->setEnabled(!row.isExpired && !row.isLocalOnly);
}

void DetailPane::focusMessage()
{
    if (m_row)
        m_message->setFocus(Qt::OtherFocusReason);
}

void DetailPane::focusAnswer()
{
    if (!m_answerButtons.isEmpty())
        m_answerButtons.first()->setFocus(Qt::OtherFocusReason);
}

void DetailPane::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        say();
}

} // namespace belfry::desktop
