<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>CutOff</name>
    <message numerus="yes">
        <source>%Ln other(s) are connected to your local server.</source>
        <translation>
            <numerusform>%Ln other is connected to your local server.</numerusform>
            <numerusform>%Ln others are connected to your local server.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>History</name>
    <message numerus="yes">
        <source>%Ln min</source>
        <comment>so many minutes ago</comment>
        <translation>
            <numerusform>%Ln min</numerusform>
            <numerusform>%Ln min</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Link</name>
    <message numerus="yes">
        <source>Trying again in %Ln s.</source>
        <translation>
            <numerusform>Trying again in %Ln s.</numerusform>
            <numerusform>Trying again in %Ln s.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Trying again in %Ln min.</source>
        <translation>
            <numerusform>Trying again in %Ln min.</numerusform>
            <numerusform>Trying again in %Ln min.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln unread</source>
        <translation>
            <numerusform>%Ln unread</numerusform>
            <numerusform>%Ln unread</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Popup</name>
    <message numerus="yes">
        <source>%Ln new message(s)</source>
        <translation>
            <numerusform>%Ln new message</numerusform>
            <numerusform>%Ln new messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) while you were away</source>
        <translation>
            <numerusform>%Ln message while you were away</numerusform>
            <numerusform>%Ln messages while you were away</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln important message(s) while it was quiet</source>
        <translation>
            <numerusform>%Ln important message while it was quiet</numerusform>
            <numerusform>%Ln important messages while it was quiet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more critical message(s) from %1</source>
        <translation>
            <numerusform>%Ln more critical message from %1</numerusform>
            <numerusform>%Ln more critical messages from %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%Ln unread</source>
        <translation>
            <numerusform>%Ln unread</numerusform>
            <numerusform>%Ln unread</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::client::Link</name>
    <message numerus="yes">
        <source>There were too many failed attempts from here. Try again in %Ln second(s).</source>
        <translation>
            <numerusform>There were too many failed attempts from here. Try again in %Ln second.</numerusform>
            <numerusform>There were too many failed attempts from here. Try again in %Ln seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::DetailPane</name>
    <message numerus="yes">
        <source>%Ln message(s) selected</source>
        <translation>
            <numerusform>%Ln message selected</numerusform>
            <numerusform>%Ln messages selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::HistoryList</name>
    <message numerus="yes">
        <source>↑ %Ln new message(s)</source>
        <translation>
            <numerusform>↑ %Ln new message</numerusform>
            <numerusform>↑ %Ln new messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::LocalServerPage</name>
    <message numerus="yes">
        <source>● It is running, %Ln other(s) connected.</source>
        <translation>
            <numerusform>● It is running, %Ln other connected.</numerusform>
            <numerusform>● It is running, %Ln others connected.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::MessageActions</name>
    <message numerus="yes">
        <source>%Ln message(s) selected.</source>
        <translation>
            <numerusform>%Ln message selected.</numerusform>
            <numerusform>%Ln messages selected.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) deleted from this history.</source>
        <translation>
            <numerusform>%Ln message deleted from this history.</numerusform>
            <numerusform>%Ln messages deleted from this history.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::StatusStrip</name>
    <message numerus="yes">
        <source>Mark %Ln shown as &amp;read</source>
        <translation>
            <numerusform>Mark %Ln shown as &amp;read</numerusform>
            <numerusform>Mark %Ln shown as &amp;read</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::TrayMenu</name>
    <message numerus="yes">
        <source>%Ln unread</source>
        <translation>
            <numerusform>%Ln unread</numerusform>
            <numerusform>%Ln unread</numerusform>
        </translation>
    </message>
</context>
</TS>
