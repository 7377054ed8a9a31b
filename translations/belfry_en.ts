<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>History</name>
    <message numerus="yes">
        <source>%n min</source>
        <comment>so many minutes ago</comment>
        <translation>
            <numerusform>%n min</numerusform>
            <numerusform>%n min</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Link</name>
    <message numerus="yes">
        <source>Trying again in %n s.</source>
        <translation>
            <numerusform>Trying again in %n s.</numerusform>
            <numerusform>Trying again in %n s.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Trying again in %n min.</source>
        <translation>
            <numerusform>Trying again in %n min.</numerusform>
            <numerusform>Trying again in %n min.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread</source>
        <translation>
            <numerusform>%n unread</numerusform>
            <numerusform>%n unread</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Popup</name>
    <message numerus="yes">
        <source>%n new message(s)</source>
        <translation>
            <numerusform>%n new message</numerusform>
            <numerusform>%n new messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) while you were away</source>
        <translation>
            <numerusform>%n message while you were away</numerusform>
            <numerusform>%n messages while you were away</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n important message(s) while it was quiet</source>
        <translation>
            <numerusform>%n important message while it was quiet</numerusform>
            <numerusform>%n important messages while it was quiet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more critical message(s) from %1</source>
        <translation>
            <numerusform>%n more critical message from %1</numerusform>
            <numerusform>%n more critical messages from %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n unread</source>
        <translation>
            <numerusform>%n unread</numerusform>
            <numerusform>%n unread</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::client::Core</name>
    <message numerus="yes">
        <source>There were too many failed attempts from here. Try again in %n second(s).</source>
        <translation>
            <numerusform>There were too many failed attempts from here. Try again in %n second.</numerusform>
            <numerusform>There were too many failed attempts from here. Try again in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::DetailPane</name>
    <message numerus="yes">
        <source>%n message(s) selected</source>
        <translation>
            <numerusform>%n message selected</numerusform>
            <numerusform>%n messages selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::HistoryList</name>
    <message numerus="yes">
        <source>↑ %n new message(s)</source>
        <translation>
            <numerusform>↑ %n new message</numerusform>
            <numerusform>↑ %n new messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::LocalServerPage</name>
    <message numerus="yes">
        <source>● It is running, %n other(s) connected.</source>
        <translation>
            <numerusform>● It is running, %n other connected.</numerusform>
            <numerusform>● It is running, %n others connected.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::MessageActions</name>
    <message numerus="yes">
        <source>%n message(s) selected.</source>
        <translation>
            <numerusform>%n message selected.</numerusform>
            <numerusform>%n messages selected.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) deleted from this history.</source>
        <translation>
            <numerusform>%n message deleted from this history.</numerusform>
            <numerusform>%n messages deleted from this history.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::StatusStrip</name>
    <message numerus="yes">
        <source>Mark %n shown as &amp;read</source>
        <translation>
            <numerusform>Mark %n shown as &amp;read</numerusform>
            <numerusform>Mark %n shown as &amp;read</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::TrayMenu</name>
    <message numerus="yes">
        <source>%n unread</source>
        <translation>
            <numerusform>%n unread</numerusform>
            <numerusform>%n unread</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::Windows</name>
    <message numerus="yes">
        <source>%n other(s) are connected to your local server.</source>
        <translation>
            <numerusform>%n other is connected to your local server.</numerusform>
            <numerusform>%n others are connected to your local server.</numerusform>
        </translation>
    </message>
</context>
</TS>
