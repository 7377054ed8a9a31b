<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="vi">
<context>
    <name>Autostart</name>
    <message>
        <source>Belfry cannot be added to your session: %1 cannot be written (%2).</source>
        <translation>Không thể thêm Belfry vào phiên làm việc: không ghi được %1 (%2).</translation>
    </message>
    <message>
        <source>Belfry cannot be added to your session: Windows refused it.</source>
        <translation>Không thể thêm Belfry vào phiên làm việc: Windows đã từ chối.</translation>
    </message>
</context>
<context>
    <name>CutOff</name>
    <message numerus="yes">
        <source>%Ln other(s) are connected to your local server.</source>
        <translation>
            <numerusform>%Ln người khác đang kết nối tới máy chủ của bạn.</numerusform>
        </translation>
    </message>
    <message>
        <source>Quit Belfry?</source>
        <translation>Thoát Belfry?</translation>
    </message>
    <message>
        <source>They get no messages from it until Belfry runs again.</source>
        <translation>Họ không nhận được tin nhắn từ đó cho đến khi Belfry chạy lại.</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>T&amp;hoát</translation>
    </message>
    <message>
        <source>Turn the local server off?</source>
        <translation>Tắt máy chủ trên máy này?</translation>
    </message>
    <message>
        <source>They get no messages from it until you turn it on again.</source>
        <translation>Họ không nhận được tin nhắn từ đó cho đến khi bạn bật lại.</translation>
    </message>
    <message>
        <source>&amp;Turn off</source>
        <translation>&amp;Tắt</translation>
    </message>
    <message>
        <source>Only for this computer?</source>
        <translation>Chỉ cho máy này?</translation>
    </message>
    <message>
        <source>Those on other computers get no messages from it until you open it to the network again.</source>
        <translation>Những người ở máy khác không nhận được tin nhắn từ đó cho đến khi bạn mở lại cho mạng văn phòng.</translation>
    </message>
    <message>
        <source>&amp;Only this computer</source>
        <translation>&amp;Chỉ máy này</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>now</source>
        <translation>vừa xong</translation>
    </message>
    <message numerus="yes">
        <source>%Ln min</source>
        <comment>so many minutes ago</comment>
        <translation>
            <numerusform>%Ln phút</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>a date and a time of day</comment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hôm nay</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Hôm qua</translation>
    </message>
    <message>
        <source>Information</source>
        <translation>Thông tin</translation>
    </message>
    <message>
        <source>Success</source>
        <translation>Thành công</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Cảnh báo</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Lỗi</translation>
    </message>
    <message>
        <source>(no title)</source>
        <translation>(không có tiêu đề)</translation>
    </message>
    <message>
        <source>will be sent</source>
        <translation>sẽ được gửi</translation>
    </message>
    <message>
        <source>not taken by the server</source>
        <translation>máy chủ không nhận</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>đã xác nhận</translation>
    </message>
    <message>
        <source>answered “%1”</source>
        <translation>đã trả lời “%1”</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>đã hết hạn</translation>
    </message>
    <message>
        <source>kept here only</source>
        <translation>chỉ lưu ở đây</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>Chưa đọc</translation>
    </message>
    <message>
        <source>Critical</source>
        <translation>Khẩn cấp</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>từ %1</translation>
    </message>
    <message>
        <source>asks to be acknowledged</source>
        <translation>cần được xác nhận</translation>
    </message>
    <message>
        <source>asks for an answer</source>
        <translation>cần câu trả lời</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>a sender and a time</comment>
        <translation>%1, %2</translation>
    </message>
</context>
<context>
    <name>Link</name>
    <message>
        <source>the server</source>
        <translation>máy chủ</translation>
    </message>
    <message>
        <source>Trying again.</source>
        <translation>Đang thử lại.</translation>
    </message>
    <message>
        <source>Trying again now.</source>
        <translation>Đang thử lại ngay.</translation>
    </message>
    <message numerus="yes">
        <source>Trying again in %Ln s.</source>
        <translation>
            <numerusform>Thử lại sau %Ln giây.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Trying again in %Ln min.</source>
        <translation>
            <numerusform>Thử lại sau %Ln phút.</numerusform>
        </translation>
    </message>
    <message>
        <source>Not connected: what is listed here was kept on this computer.</source>
        <translation>Chưa kết nối: danh sách này là những gì đã lưu trên máy.</translation>
    </message>
    <message>
        <source>You are not signed in to a server.</source>
        <translation>Bạn chưa đăng nhập vào máy chủ nào.</translation>
    </message>
    <message>
        <source>The local server is off.</source>
        <translation>Máy chủ trên máy này đang tắt.</translation>
    </message>
    <message>
        <source>Waiting for your keyring.</source>
        <translation>Đang chờ chùm khóa của bạn.</translation>
    </message>
    <message>
        <source>Connecting to %1 …</source>
        <translation>Đang kết nối tới %1 …</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>what happened, and when it is tried again</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Can&apos;t reach %1.</source>
        <translation>Không liên lạc được với %1.</translation>
    </message>
    <message>
        <source>Connected to %1</source>
        <translation>Đã kết nối tới %1</translation>
    </message>
    <message>
        <source>Connected to %1, checking every 15 s</source>
        <translation>Đã kết nối tới %1, kiểm tra mỗi 15 giây</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>connection and unread count</comment>
        <translation>%1 · %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln unread</source>
        <translation>
            <numerusform>%Ln chưa đọc</numerusform>
        </translation>
    </message>
    <message>
        <source>Please sign in again.</source>
        <translation>Vui lòng đăng nhập lại.</translation>
    </message>
    <message>
        <source>%1 can&apos;t be used as it is.</source>
        <translation>Hiện không thể dùng %1.</translation>
    </message>
    <message>
        <source>&amp;Try now</source>
        <translation>&amp;Thử ngay</translation>
    </message>
    <message>
        <source>S&amp;ign in…</source>
        <translation>Đăng &amp;nhập…</translation>
    </message>
    <message>
        <source>S&amp;ign in for this session…</source>
        <translation>Đăng &amp;nhập cho phiên này…</translation>
    </message>
    <message>
        <source>&amp;Turn on</source>
        <translation>&amp;Bật</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>&amp;Thử lại</translation>
    </message>
    <message>
        <source>You are signed in, but only until you quit: there is no keyring to keep it in.</source>
        <translation>Bạn đã đăng nhập, nhưng chỉ đến khi thoát: không có chùm khóa để lưu lần đăng nhập này.</translation>
    </message>
    <message>
        <source>&amp;Why?</source>
        <translation>&amp;Vì sao?</translation>
    </message>
</context>
<context>
    <name>Popup</name>
    <message>
        <source>Show</source>
        <translation>Hiện</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>Xác nhận</translation>
    </message>
    <message>
        <source>Open link</source>
        <translation>Mở liên kết</translation>
    </message>
    <message>
        <source>Mark read</source>
        <translation>Đánh dấu đã đọc</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Tin nhắn mới</translation>
    </message>
    <message>
        <source>New message from %1</source>
        <translation>Tin nhắn mới từ %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln new message(s)</source>
        <translation>
            <numerusform>%Ln tin nhắn mới</numerusform>
        </translation>
    </message>
    <message>
        <source>They are in the list.</source>
        <translation>Chúng nằm trong danh sách.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) while you were away</source>
        <translation>
            <numerusform>%Ln tin nhắn khi bạn vắng mặt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln important message(s) while it was quiet</source>
        <translation>
            <numerusform>%Ln tin nhắn quan trọng khi không làm phiền</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more critical message(s) from %1</source>
        <translation>
            <numerusform>Thêm %Ln tin nhắn khẩn cấp từ %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Belfry can&apos;t read %1: %2.</source>
        <translation>Belfry không đọc được %1: %2.</translation>
    </message>
    <message>
        <source>Belfry can&apos;t write %1: %2.</source>
        <translation>Belfry không ghi được %1: %2.</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>reconnecting</source>
        <translation>đang kết nối lại</translation>
    </message>
    <message>
        <source>reconnecting in %1 s</source>
        <translation>kết nối lại sau %1 giây</translation>
    </message>
    <message>
        <source>please sign in</source>
        <translation>vui lòng đăng nhập</translation>
    </message>
    <message>
        <source>the local server is off</source>
        <translation>máy chủ trên máy này đang tắt</translation>
    </message>
    <message>
        <source>waiting for your keyring</source>
        <translation>đang chờ chùm khóa của bạn</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>đang kết nối</translation>
    </message>
    <message>
        <source>please sign in again</source>
        <translation>vui lòng đăng nhập lại</translation>
    </message>
    <message>
        <source>the server cannot be used</source>
        <translation>không thể dùng máy chủ</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>đến %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln unread</source>
        <translation>
            <numerusform>%Ln chưa đọc</numerusform>
        </translation>
    </message>
    <message>
        <source>connected to %1, checking every 15 s</source>
        <translation>đã kết nối tới %1, kiểm tra mỗi 15 giây</translation>
    </message>
    <message>
        <source>connected to %1</source>
        <translation>đã kết nối tới %1</translation>
    </message>
    <message>
        <source>quiet</source>
        <translation>không làm phiền</translation>
    </message>
    <message>
        <source>quiet %1</source>
        <translation>không làm phiền %1</translation>
    </message>
</context>
<context>
    <name>belfry::client::Core</name>
    <message>
        <source>Belfry is not connected at the moment.</source>
        <translation>Hiện Belfry chưa kết nối.</translation>
    </message>
    <message>
        <source>person %1</source>
        <translation>người số %1</translation>
    </message>
    <message>
        <source>This access key is not accepted there. Please ask for a new one.</source>
        <translation>Nơi đó không chấp nhận khóa truy cập này. Hãy xin khóa mới.</translation>
    </message>
    <message>
        <source>%1 Is this computer in the same network, and does the server run?</source>
        <translation>%1 Máy này có ở cùng mạng không, và máy chủ có đang chạy không?</translation>
    </message>
    <message>
        <source>This invite has run out: it holds for 24 hours. Ask for a new one.</source>
        <translation>Lời mời này đã hết hạn: nó chỉ có hiệu lực 24 giờ. Hãy xin lời mời mới.</translation>
    </message>
    <message>
        <source>This invite does not hold any more: it was taken back, or never was. Ask for a new one.</source>
        <translation>Lời mời này không còn hiệu lực: nó đã được thu hồi hoặc chưa từng có. Hãy xin lời mời mới.</translation>
    </message>
    <message>
        <source>What answers at %1 is not the server that this invite is for: it shows another key. Nothing was sent to it. Ask the person who invited you for a new link.</source>
        <translation>Nơi trả lời ở %1 không phải máy chủ của lời mời này: nó đưa ra một khóa khác. Chưa có gì được gửi tới đó. Hãy xin người mời bạn một liên kết mới.</translation>
    </message>
    <message>
        <source>This invite has been used: it lets one person in. If that was not you, tell the person who invited you, and ask for a new one.</source>
        <translation>Lời mời này đã được dùng: mỗi lời mời chỉ cho một người vào. Nếu người đó không phải bạn, hãy báo cho người mời và xin lời mời mới.</translation>
    </message>
    <message>
        <source>The server at %1 knows no invites: its Belfry is too old. Ask the person who runs it for a name and a password, and sign in with them.</source>
        <translation>Máy chủ ở %1 không biết lời mời: Belfry ở đó quá cũ. Hãy xin người quản lý máy chủ tên và mật khẩu rồi đăng nhập.</translation>
    </message>
    <message>
        <source>There is no Belfry server at %1. Ask the person who invited you for a new link.</source>
        <translation>Không có máy chủ Belfry tại %1. Hãy xin người đã mời bạn một liên kết mới.</translation>
    </message>
    <message>
        <source>Something else answers at %1 than the Belfry server that you have signed in to. Nothing was sent to it. Are you in the right network?</source>
        <translation>Tại %1 có thứ khác trả lời, không phải máy chủ Belfry mà bạn đã đăng nhập. Chưa gửi gì tới đó. Bạn có đang ở đúng mạng không?</translation>
    </message>
    <message>
        <source>This is not a Belfry server. Sign in anyway?</source>
        <translation>Đây không phải máy chủ Belfry. Vẫn đăng nhập?</translation>
    </message>
</context>
<context>
    <name>belfry::client::Inbox</name>
    <message>
        <source>Your history was written by a newer version of Belfry. Please update Belfry to read it.</source>
        <translation>Lịch sử của bạn do một phiên bản Belfry mới hơn ghi. Hãy cập nhật Belfry để đọc được.</translation>
    </message>
    <message>
        <source>Belfry can&apos;t use its history on this computer (%1). Please check that the disk is not full and the file can be written.</source>
        <translation>Belfry không dùng được lịch sử trên máy này (%1). Hãy kiểm tra xem ổ đĩa còn chỗ và tệp có ghi được không.</translation>
    </message>
    <message>
        <source>The history on this computer is not open.</source>
        <translation>Lịch sử trên máy này chưa được mở.</translation>
    </message>
    <message>
        <source>This message was taken back before your answer was sent.</source>
        <translation>Tin nhắn này đã được rút lại trước khi câu trả lời của bạn được gửi.</translation>
    </message>
</context>
<context>
    <name>belfry::client::Link</name>
    <message>
        <source>Type the server&apos;s address, for example office.example.</source>
        <translation>Hãy nhập địa chỉ máy chủ, ví dụ office.example.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no address of a server.</source>
        <translation>“%1” không phải là địa chỉ máy chủ.</translation>
    </message>
    <message>
        <source>A server&apos;s address begins with https:// or http://.</source>
        <translation>Địa chỉ máy chủ bắt đầu bằng https:// hoặc http://.</translation>
    </message>
    <message>
        <source>Leave name and password out of the address.</source>
        <translation>Đừng ghi tên và mật khẩu vào địa chỉ.</translation>
    </message>
    <message>
        <source>Leave out what follows the server&apos;s name in the address.</source>
        <translation>Hãy bỏ phần đứng sau tên máy chủ trong địa chỉ.</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Thử</translation>
    </message>
    <message>
        <source>It works!</source>
        <translation>Hoạt động tốt!</translation>
    </message>
    <message>
        <source>What answers there is no Belfry server: check the address.</source>
        <translation>Nơi trả lời không phải máy chủ Belfry: hãy kiểm tra địa chỉ.</translation>
    </message>
    <message>
        <source>The server answered the sign-in without a token.</source>
        <translation>Máy chủ trả lời việc đăng nhập nhưng không cấp khóa.</translation>
    </message>
    <message>
        <source>The server&apos;s list could not be read.</source>
        <translation>Không đọc được danh sách của máy chủ.</translation>
    </message>
    <message>
        <source>The network is not there.</source>
        <translation>Không có mạng.</translation>
    </message>
    <message>
        <source>%1 sent an answer that is too long.</source>
        <translation>%1 gửi câu trả lời quá dài.</translation>
    </message>
    <message>
        <source>%1 redirects elsewhere, which is not followed: use the address it redirects to.</source>
        <translation>%1 chuyển hướng sang nơi khác, điều này không được làm theo: hãy dùng địa chỉ đích.</translation>
    </message>
    <message>
        <source>The server sent an event of over 1 MiB.</source>
        <translation>Máy chủ gửi một sự kiện lớn hơn 1 MiB.</translation>
    </message>
    <message>
        <source>That is no address of a server: write it as https://HOST.</source>
        <translation>Đó không phải địa chỉ máy chủ: hãy viết dạng https://TÊN_MÁY.</translation>
    </message>
    <message>
        <source>%1 is addressed without encryption: use https://, or allow plain http where the network is trusted.</source>
        <translation>%1 được gọi không mã hóa: hãy dùng https://, hoặc cho phép http nếu mạng đáng tin cậy.</translation>
    </message>
    <message>
        <source>%1 redirects to no address.</source>
        <translation>%1 chuyển hướng mà không có địa chỉ.</translation>
    </message>
    <message>
        <source>%1 redirects from https to unencrypted http; that is not followed.</source>
        <translation>%1 chuyển hướng từ https sang http không mã hóa; điều này không được làm theo.</translation>
    </message>
    <message>
        <source>%1 redirects to an address that is not followed.</source>
        <translation>%1 chuyển hướng tới một địa chỉ không được làm theo.</translation>
    </message>
    <message>
        <source>%1 refuses the connection: is the server running?</source>
        <translation>%1 từ chối kết nối: máy chủ có đang chạy không?</translation>
    </message>
    <message>
        <source>%1 closed the connection.</source>
        <translation>%1 đã đóng kết nối.</translation>
    </message>
    <message>
        <source>%1 is not found: check the address and the network.</source>
        <translation>Không tìm thấy %1: hãy kiểm tra địa chỉ và mạng.</translation>
    </message>
    <message>
        <source>%1 did not answer in time.</source>
        <translation>%1 không trả lời kịp.</translation>
    </message>
    <message>
        <source>No encrypted connection to %1 could be made.</source>
        <translation>Không tạo được kết nối mã hóa tới %1.</translation>
    </message>
    <message>
        <source>The proxy on the way to %1 does not let through.</source>
        <translation>Máy trung gian trên đường tới %1 không cho đi qua.</translation>
    </message>
    <message>
        <source>%1 ended the connection.</source>
        <translation>%1 đã ngắt kết nối.</translation>
    </message>
    <message>
        <source>The connection to %1 broke off.</source>
        <translation>Kết nối tới %1 bị đứt.</translation>
    </message>
    <message>
        <source>Nothing came from %1 for %2 s: the link is dead.</source>
        <translation>%1 không gửi gì suốt %2 giây: kết nối đã chết.</translation>
    </message>
    <message>
        <source>The keyring is locked, or access to it was refused: unlock it and try again.</source>
        <translation>Chùm khóa đang khóa hoặc từ chối truy cập: hãy mở khóa rồi thử lại.</translation>
    </message>
    <message>
        <source>No keyring answers: start one (for example GNOME Keyring or KWallet).</source>
        <translation>Không có chùm khóa nào trả lời: hãy khởi động một cái (ví dụ GNOME Keyring hoặc KWallet).</translation>
    </message>
    <message>
        <source>%1 answers, but not with an event stream (Content-Type &quot;%2&quot;): check the address.</source>
        <translation>%1 trả lời, nhưng không phải luồng sự kiện (Content-Type “%2”): hãy kiểm tra địa chỉ.</translation>
    </message>
    <message>
        <source>%1 sends a compressed stream, which was not asked for.</source>
        <translation>%1 gửi luồng nén dù không được yêu cầu.</translation>
    </message>
    <message>
        <source>%1 redirects more than %2 times.</source>
        <translation>%1 chuyển hướng hơn %2 lần.</translation>
    </message>
    <message>
        <source>%1 says that there is nothing to listen to (204).</source>
        <translation>%1 cho biết không có gì để nghe (204).</translation>
    </message>
    <message>
        <source>That is no access token: copy it whole, without spaces.</source>
        <translation>Đó không phải khóa truy cập: hãy chép trọn vẹn, không có dấu cách.</translation>
    </message>
    <message>
        <source>%1 does not answer.</source>
        <translation>%1 không trả lời.</translation>
    </message>
    <message>
        <source>%1 has asked to wait a moment.</source>
        <translation>%1 yêu cầu chờ một lát.</translation>
    </message>
    <message>
        <source>%1 is not ready at the moment.</source>
        <translation>%1 hiện chưa sẵn sàng.</translation>
    </message>
    <message>
        <source>%1 has a problem at the moment.</source>
        <translation>%1 đang gặp trục trặc.</translation>
    </message>
    <message>
        <source>Can&apos;t reach %1.</source>
        <translation>Không liên lạc được với %1.</translation>
    </message>
    <message>
        <source>There is no Belfry at %1 any more. Please check the address.</source>
        <translation>Không còn Belfry nào ở %1 nữa. Hãy kiểm tra lại địa chỉ.</translation>
    </message>
    <message>
        <source>%1 answers, but not as a Belfry does. Please check the address.</source>
        <translation>%1 có trả lời, nhưng không phải là Belfry. Hãy kiểm tra lại địa chỉ.</translation>
    </message>
    <message>
        <source>You are signed out. Please sign in again.</source>
        <translation>Bạn đã bị đăng xuất. Hãy đăng nhập lại.</translation>
    </message>
    <message>
        <source>Another server answers at %1 than the one you signed in to. Please sign in again if that is right.</source>
        <translation>Ở %1 là một máy chủ khác với máy bạn đã đăng nhập. Nếu đúng như vậy, hãy đăng nhập lại.</translation>
    </message>
    <message>
        <source>This server keeps no history: what it sends while you are not connected can&apos;t be fetched later, and what you read here stays on this computer.</source>
        <translation>Máy chủ này không lưu lịch sử: tin gửi lúc bạn không kết nối sẽ không lấy lại được, và việc bạn đã đọc chỉ được ghi trên máy này.</translation>
    </message>
    <message>
        <source>The local server is off.</source>
        <translation>Máy chủ trên máy này đang tắt.</translation>
    </message>
    <message>
        <source>This message was taken back before your answer arrived.</source>
        <translation>Tin nhắn này đã được rút lại trước khi câu trả lời của bạn tới nơi.</translation>
    </message>
    <message>
        <source>You answered “%1”, but “%2” was already given.</source>
        <translation>Bạn đã trả lời “%1”, nhưng “%2” đã được chọn trước đó.</translation>
    </message>
    <message>
        <source>Another answer was already given.</source>
        <translation>Đã có một câu trả lời khác trước đó.</translation>
    </message>
    <message>
        <source>The server has refused it.</source>
        <translation>Máy chủ đã từ chối.</translation>
    </message>
    <message>
        <source>A pin is for an encrypted connection: write the address with https://.</source>
        <translation>Mã ghim chỉ dùng cho kết nối được mã hóa: hãy viết địa chỉ bắt đầu bằng https://.</translation>
    </message>
    <message>
        <source>%1 shows no certificate that could be read.</source>
        <translation>%1 không đưa ra chứng chỉ nào đọc được.</translation>
    </message>
    <message>
        <source>Nobody that this computer trusts vouches for the certificate of %1. Its pin is %2.</source>
        <translation>Không ai mà máy này tin cậy xác nhận chứng chỉ của %1. Mã ghim của nó là %2.</translation>
    </message>
    <message>
        <source>%1 shows another key than the one it is pinned to (%2). The pin it shows is %3.</source>
        <translation>%1 đưa ra một khóa khác với khóa đã ghim (%2). Mã ghim hiện tại là %3.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no pin: it is sha256// and 44 characters, as belfry pin prints it at the server.</source>
        <translation>“%1” không phải mã ghim: mã ghim gồm sha256// và 44 ký tự, như lệnh belfry pin in ra ở máy chủ.</translation>
    </message>
    <message>
        <source>The identity of %1 can&apos;t be confirmed. Its pin is %2: compare that with the one in the settings of that server, and sign in again only if they are the same.</source>
        <translation>Không xác nhận được danh tính của %1. Mã ghim của nó là %2: hãy so với mã trong phần cài đặt của máy chủ đó, và chỉ đăng nhập lại nếu hai mã giống nhau.</translation>
    </message>
    <message>
        <source>The server answered without an invite&apos;s code.</source>
        <translation>Máy chủ trả lời mà không có mã mời.</translation>
    </message>
    <message>
        <source>That is no invite link, or not all of it: it begins with belfry:// and ends with a code. Copy it whole, or ask for a new one.</source>
        <translation>Đó không phải liên kết mời, hoặc chưa đủ: liên kết bắt đầu bằng belfry:// và kết thúc bằng một mã. Hãy sao chép toàn bộ, hoặc xin liên kết mới.</translation>
    </message>
    <message>
        <source>The name or the password is wrong.</source>
        <translation>Tên hoặc mật khẩu không đúng.</translation>
    </message>
    <message>
        <source>The old password is wrong.</source>
        <translation>Mật khẩu cũ không đúng.</translation>
    </message>
    <message numerus="yes">
        <source>There were too many failed attempts from here. Try again in %Ln second(s).</source>
        <translation>
            <numerusform>Đã có quá nhiều lần thử không thành công từ máy này. Hãy thử lại sau %Ln giây.</numerusform>
        </translation>
    </message>
    <message>
        <source>Your account may not do that on this server.</source>
        <translation>Tài khoản của bạn không được phép làm việc này trên máy chủ.</translation>
    </message>
    <message>
        <source>Somebody there goes by this name already. Choose another one.</source>
        <translation>Ở đó đã có người dùng tên này. Hãy chọn tên khác.</translation>
    </message>
    <message>
        <source>There are too many open invites. Take some back first.</source>
        <translation>Có quá nhiều lời mời chưa dùng. Hãy thu hồi bớt trước.</translation>
    </message>
    <message>
        <source>The server has no room left to store anything. Tell the person who runs it.</source>
        <translation>Máy chủ đã hết chỗ lưu trữ. Hãy báo cho người quản lý máy chủ.</translation>
    </message>
    <message>
        <source>The server is not ready at the moment. Please try again.</source>
        <translation>Máy chủ hiện chưa sẵn sàng. Hãy thử lại.</translation>
    </message>
    <message>
        <source>The server has a problem at the moment. Please try again later.</source>
        <translation>Máy chủ đang gặp sự cố. Hãy thử lại sau.</translation>
    </message>
    <message>
        <source>This server wants an encrypted connection.</source>
        <translation>Máy chủ này yêu cầu kết nối được mã hóa.</translation>
    </message>
    <message>
        <source>There is something at %1, but nothing Belfry can talk to. Please check the address.</source>
        <translation>Tại %1 có thứ trả lời, nhưng Belfry không làm việc được với nó. Hãy kiểm tra lại địa chỉ.</translation>
    </message>
    <message>
        <source>Your keyring does not answer: it may be asking for its password, or hang.</source>
        <translation>Chùm khóa không trả lời: có thể nó đang hỏi mật khẩu, hoặc bị treo.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::AboutDialog</name>
    <message>
        <source>About Belfry</source>
        <translation>Giới thiệu Belfry</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::AboutPage</name>
    <message>
        <source>Belfry %1</source>
        <comment>name and version</comment>
        <translation>Belfry %1</translation>
    </message>
    <message>
        <source>Messages from your office, on your desktop.</source>
        <translation>Tin nhắn của văn phòng, ngay trên máy của bạn.</translation>
    </message>
    <message>
        <source>Belfry&apos;s bell</source>
        <translation>Chuông của Belfry</translation>
    </message>
    <message>
        <source>Licence and parts</source>
        <translation>Giấy phép và thành phần</translation>
    </message>
    <message>
        <source>Belfry is free software under the GNU General Public License, version 3 or later. It comes without any warranty.</source>
        <translation>Belfry là phần mềm tự do theo Giấy phép Công cộng GNU (GPL), phiên bản 3 hoặc mới hơn. Phần mềm không kèm theo bảo đảm nào.</translation>
    </message>
    <message>
        <source>It is built from:</source>
        <translation>Được xây dựng từ:</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::AccountPage</name>
    <message>
        <source>Your &amp;accounts:</source>
        <translation>&amp;Tài khoản của bạn:</translation>
    </message>
    <message>
        <source>&amp;Use this account</source>
        <translation>&amp;Dùng tài khoản này</translation>
    </message>
    <message>
        <source>Sign &amp;in to another server…</source>
        <translation>Đăng &amp;nhập máy chủ khác…</translation>
    </message>
    <message>
        <source>Sign &amp;out</source>
        <translation>Đăng &amp;xuất</translation>
    </message>
    <message>
        <source>What was received stays readable here after signing out.</source>
        <translation>Những gì đã nhận vẫn đọc được ở đây sau khi đăng xuất.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Máy này</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <comment>a person&apos;s name and a server&apos;s</comment>
        <translation>%1 trên %2</translation>
    </message>
    <message>
        <source>%1 (in use)</source>
        <translation>%1 (đang dùng)</translation>
    </message>
    <message>
        <source>Your own server signs you in by itself.</source>
        <translation>Máy chủ của chính bạn tự đăng nhập cho bạn.</translation>
    </message>
    <message>
        <source>Your accounts</source>
        <translation>Các tài khoản của bạn</translation>
    </message>
    <message>
        <source>Sign in a&amp;gain…</source>
        <translation>Đăng nhập &amp;lại…</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>&amp;Gỡ bỏ…</translation>
    </message>
    <message>
        <source>%1 (in use, signed out)</source>
        <translation>%1 (đang dùng, đã đăng xuất)</translation>
    </message>
    <message>
        <source>%1 (signed out)</source>
        <translation>%1 (đã đăng xuất)</translation>
    </message>
    <message>
        <source>Sign %1 &amp;out…</source>
        <translation>Đăng &amp;xuất %1…</translation>
    </message>
    <message>
        <source>Sign &amp;out…</source>
        <translation>Đăng &amp;xuất…</translation>
    </message>
    <message>
        <source>The account on your own server stays.</source>
        <translation>Tài khoản trên máy chủ của chính bạn luôn được giữ.</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>Đăng xuất</translation>
    </message>
    <message>
        <source>Sign out %1?</source>
        <translation>Đăng xuất %1?</translation>
    </message>
    <message>
        <source>You get no messages from %1 until you sign in again. What was received stays readable here.</source>
        <translation>Bạn không nhận được tin nhắn từ %1 cho đến khi đăng nhập lại. Những gì đã nhận vẫn đọc được ở đây.</translation>
    </message>
    <message>
        <source>Remove account</source>
        <translation>Gỡ bỏ tài khoản</translation>
    </message>
    <message>
        <source>Remove %1 from this computer?</source>
        <translation>Gỡ bỏ %1 khỏi máy này?</translation>
    </message>
    <message>
        <source>All its messages are deleted here, also unread ones, and answers that were not sent yet. What is on the server stays there, and so does the account itself.</source>
        <translation>Mọi tin nhắn của tài khoản này trên máy này sẽ bị xóa, kể cả tin chưa đọc và câu trả lời chưa gửi. Những gì trên máy chủ và chính tài khoản ở đó vẫn còn.</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Gỡ bỏ</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::Application</name>
    <message>
        <source>The test message was not sent</source>
        <translation>Tin nhắn thử chưa được gửi</translation>
    </message>
    <message>
        <source>The local server does not know you</source>
        <translation>Máy chủ trên máy này không biết bạn</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::BalloonNotifier</name>
    <message>
        <source>There is no place for popups on this desktop.</source>
        <translation>Màn hình này không có chỗ cho thông báo bật lên.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::DBusNotifier</name>
    <message>
        <source>The desktop&apos;s notification service does not answer.</source>
        <translation>Dịch vụ thông báo của màn hình không trả lời.</translation>
    </message>
    <message>
        <source>There is no notification service on this desktop.</source>
        <translation>Màn hình này không có dịch vụ thông báo.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::DetailPane</name>
    <message>
        <source>low priority</source>
        <translation>ưu tiên thấp</translation>
    </message>
    <message>
        <source>high priority</source>
        <translation>ưu tiên cao</translation>
    </message>
    <message>
        <source>critical</source>
        <translation>khẩn cấp</translation>
    </message>
    <message>
        <source>category %1</source>
        <translation>mục %1</translation>
    </message>
    <message>
        <source>Acknowledged %1.</source>
        <translation>Đã xác nhận %1.</translation>
    </message>
    <message>
        <source>Answered “%1”, %2.</source>
        <translation>Đã trả lời “%1”, %2.</translation>
    </message>
    <message>
        <source>Will be sent when the server can be reached.</source>
        <translation>Sẽ được gửi khi liên lạc được với máy chủ.</translation>
    </message>
    <message>
        <source>The server did not take it.</source>
        <translation>Máy chủ không nhận.</translation>
    </message>
    <message>
        <source>Expired %1.</source>
        <translation>Hết hạn %1.</translation>
    </message>
    <message>
        <source>Expired.</source>
        <translation>Đã hết hạn.</translation>
    </message>
    <message>
        <source>Holds until %1.</source>
        <translation>Có hiệu lực đến %1.</translation>
    </message>
    <message>
        <source>Kept on this computer only: the server no longer has it.</source>
        <translation>Chỉ lưu trên máy này: máy chủ không còn nữa.</translation>
    </message>
    <message>
        <source>Ac&amp;knowledge</source>
        <translation>&amp;Xác nhận</translation>
    </message>
    <message>
        <source>&amp;Open link</source>
        <translation>&amp;Mở liên kết</translation>
    </message>
    <message>
        <source>Cop&amp;y</source>
        <translation>&amp;Chép</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>X&amp;óa</translation>
    </message>
    <message>
        <source>Message text</source>
        <translation>Nội dung tin nhắn</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) selected</source>
        <translation>
            <numerusform>Đã chọn %Ln tin nhắn</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a message to read it here.</source>
        <translation>Chọn một tin nhắn để đọc ở đây.</translation>
    </message>
    <message>
        <source>Opens %1</source>
        <translation>Mở %1</translation>
    </message>
    <message>
        <source>Mark r&amp;ead</source>
        <translation>Đánh dấu đã đọ&amp;c</translation>
    </message>
    <message>
        <source>Mark unr&amp;ead</source>
        <translation>Đánh dấu chưa đọ&amp;c</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::FilterBar</name>
    <message>
        <source>unread</source>
        <translation>chưa đọc</translation>
    </message>
    <message>
        <source>“%1”</source>
        <comment>what is searched for</comment>
        <translation>“%1”</translation>
    </message>
    <message>
        <source>Showing only: %1</source>
        <translation>Chỉ hiện: %1</translation>
    </message>
    <message>
        <source>All categories</source>
        <translation>Mọi mục</translation>
    </message>
    <message>
        <source>All senders</source>
        <translation>Mọi người gửi</translation>
    </message>
    <message>
        <source>All types</source>
        <translation>Mọi loại</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Tìm kiếm</translation>
    </message>
    <message>
        <source>Search messages</source>
        <translation>Tìm tin nhắn</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Loại</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Mục</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>Người gửi</translation>
    </message>
    <message>
        <source>&amp;Unread only</source>
        <translation>Chỉ chưa đọ&amp;c</translation>
    </message>
    <message>
        <source>%1 of the messages shown</source>
        <translation>%1 của những tin nhắn được hiện</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::GeneralPage</name>
    <message>
        <source>&amp;Start Belfry when I sign in to this computer</source>
        <translation>&amp;Khởi động Belfry khi tôi đăng nhập máy này</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>&amp;Ngôn ngữ:</translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation>Theo hệ thống</translation>
    </message>
    <message>
        <source>Belfry is light or dark as your system is.</source>
        <translation>Belfry sáng hay tối theo hệ thống của bạn.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::HistoryDelegate</name>
    <message>
        <source>Acknowledge</source>
        <translation>Xác nhận</translation>
    </message>
    <message>
        <source>Answer…</source>
        <translation>Trả lời…</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>a sender and a time</comment>
        <translation>%1 · %2</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::HistoryList</name>
    <message>
        <source>Messages</source>
        <translation>Tin nhắn</translation>
    </message>
    <message numerus="yes">
        <source>↑ %Ln new message(s)</source>
        <translation>
            <numerusform>↑ %Ln tin nhắn mới</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>belfry::desktop::HistoryModel</name>
    <message>
        <source>%1 acknowledges it.</source>
        <translation>Nhấn %1 để xác nhận.</translation>
    </message>
    <message>
        <source>%1 goes to its answers.</source>
        <translation>Nhấn %1 để tới các câu trả lời.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::HistoryPane</name>
    <message>
        <source>Looking …</source>
        <translation>Đang tìm …</translation>
    </message>
    <message>
        <source>Nothing found for “%1”.</source>
        <translation>Không tìm thấy gì cho “%1”.</translation>
    </message>
    <message>
        <source>Clear &amp;search</source>
        <translation>&amp;Xóa tìm kiếm</translation>
    </message>
    <message>
        <source>Nothing here matches the filters.</source>
        <translation>Không có gì khớp với bộ lọc.</translation>
    </message>
    <message>
        <source>&amp;Show everything</source>
        <translation>&amp;Hiện tất cả</translation>
    </message>
    <message>
        <source>Nothing here yet. Your test message is on its way …</source>
        <translation>Chưa có gì ở đây. Tin nhắn thử đang trên đường …</translation>
    </message>
    <message>
        <source>Nothing here yet.</source>
        <translation>Chưa có gì ở đây.</translation>
    </message>
    <message>
        <source>&amp;Send yourself a test message</source>
        <translation>&amp;Gửi cho mình một tin nhắn thử</translation>
    </message>
    <message>
        <source>Keyring</source>
        <translation>Chùm khóa</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::HistoryWindow</name>
    <message>
        <source>Belfry</source>
        <translation>Belfry</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::Hosting</name>
    <message>
        <source>The local server could not start: another program uses port %1.</source>
        <translation>Máy chủ trên máy này không khởi động được: chương trình khác đang dùng cổng %1.</translation>
    </message>
    <message>
        <source>The local server stopped: %1</source>
        <translation>Máy chủ trên máy này đã dừng: %1</translation>
    </message>
    <message>
        <source>Your own account on the local server was removed or is no admin any more. Ask another admin of it to set that right, or sign in with another account.</source>
        <translation>Tài khoản của bạn trên máy chủ của máy này đã bị xóa hoặc không còn là quản trị viên. Hãy nhờ một quản trị viên khác sửa lại, hoặc đăng nhập bằng tài khoản khác.</translation>
    </message>
    <message>
        <source>The local server does not let you in: %1</source>
        <translation>Máy chủ trên máy này không cho bạn vào: %1</translation>
    </message>
    <message>
        <source>The local server is off. Turn it on first.</source>
        <translation>Máy chủ trên máy này đang tắt. Hãy bật nó trước.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::InviteDialog</name>
    <message>
        <source>Receive messages</source>
        <translation>Nhận thông báo</translation>
    </message>
    <message>
        <source>Receive and send messages</source>
        <translation>Nhận và gửi thông báo</translation>
    </message>
    <message>
        <source>Administer: everything, people too</source>
        <translation>Quản trị: mọi việc, cả tài khoản</translation>
    </message>
    <message>
        <source>Invite somebody</source>
        <translation>Mời một người</translation>
    </message>
    <message>
        <source>A link lets one person make an account on your server. It works once, for 24 hours. Hand it over in private: whoever opens it first is in.</source>
        <translation>Một liên kết cho một người tạo tài khoản trên máy chủ của bạn. Nó dùng được một lần, trong 24 giờ. Hãy trao riêng cho người đó: ai mở trước thì vào được.</translation>
    </message>
    <message>
        <source>&amp;Open it to the office network</source>
        <translation>&amp;Mở cho mạng văn phòng</translation>
    </message>
    <message>
        <source>They m&amp;ay:</source>
        <translation>Đượ&amp;c phép:</translation>
    </message>
    <message>
        <source>A&amp;ddress in the link:</source>
        <translation>Đị&amp;a chỉ trong liên kết:</translation>
    </message>
    <message>
        <source>&amp;Make a link</source>
        <translation>&amp;Tạo liên kết</translation>
    </message>
    <message>
        <source>&amp;Link:</source>
        <translation>&amp;Liên kết:</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>Sao chép liên kết</translation>
    </message>
    <message>
        <source>Open in&amp;vites:</source>
        <translation>Lời mời đan&amp;g mở:</translation>
    </message>
    <message>
        <source>&amp;Take it back</source>
        <translation>Th&amp;u hồi</translation>
    </message>
    <message>
        <source>%1 – made %2, runs out %3</source>
        <comment>what somebody may do, and two moments</comment>
        <translation>%1 – tạo lúc %2, hết hạn lúc %3</translation>
    </message>
    <message>
        <source>Only programs on this computer can reach your server now: nobody else could use a link. Open it to the office network first; what goes over it is encrypted.</source>
        <translation>Hiện chỉ các chương trình trên máy này kết nối được tới máy chủ của bạn: không ai khác dùng được liên kết. Trước tiên hãy mở máy chủ cho mạng văn phòng; mọi thứ đi qua mạng đều được mã hóa.</translation>
    </message>
    <message>
        <source>The local server is starting …</source>
        <translation>Máy chủ trên máy này đang khởi động …</translation>
    </message>
    <message>
        <source>This computer is in no network at the moment: nobody else could use a link.</source>
        <translation>Hiện máy này không ở trong mạng nào: không ai khác dùng được liên kết.</translation>
    </message>
    <message>
        <source>✓ This invite is open no more: it was used or taken back.</source>
        <translation>✓ Lời mời này không còn mở: nó đã được dùng hoặc thu hồi.</translation>
    </message>
    <message>
        <source>✓ Copied. It works once, until %1.</source>
        <translation>✓ Đã sao chép. Dùng được một lần, đến %1.</translation>
    </message>
    <message>
        <source>It works once, until %1. It is shown only here and now.</source>
        <translation>Dùng được một lần, đến %1. Liên kết chỉ được hiện ở đây và lúc này.</translation>
    </message>
    <message>
        <source>Cop&amp;y</source>
        <translation>C&amp;hép</translation>
    </message>
    <message>
        <source>There are no open invites.</source>
        <translation>Không có lời mời nào đang mở.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::Invites</name>
    <message>
        <source>The local server does not answer. Please try again.</source>
        <translation>Máy chủ trên máy này không trả lời. Hãy thử lại.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::JoinDialog</name>
    <message>
        <source>this computer&apos;s own server</source>
        <translation>máy chủ trên máy này</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <comment>a person&apos;s name and a server&apos;s</comment>
        <translation>%1 trên %2</translation>
    </message>
    <message>
        <source>Join a server</source>
        <translation>Tham gia máy chủ</translation>
    </message>
    <message>
        <source>You are invited to this Belfry server. “Join” makes an account for you there, with the name and the password that you choose here, and signs you in. The invite is used up by that.</source>
        <translation>Bạn được mời vào máy chủ Belfry này. “Tham gia” sẽ tạo cho bạn một tài khoản ở đó, với tên và mật khẩu bạn chọn ở đây, rồi đăng nhập. Lời mời dùng xong là hết.</translation>
    </message>
    <message>
        <source>P&amp;in of the server:</source>
        <translation>Mã &amp;ghim của máy chủ:</translation>
    </message>
    <message>
        <source>Your &amp;name:</source>
        <translation>Tê&amp;n của bạn:</translation>
    </message>
    <message>
        <source>as colleagues know you</source>
        <translation>như đồng nghiệp vẫn gọi</translation>
    </message>
    <message>
        <source>New &amp;password:</source>
        <translation>&amp;Mật khẩu mới:</translation>
    </message>
    <message>
        <source>at least 8 characters</source>
        <translation>ít nhất 8 ký tự</translation>
    </message>
    <message>
        <source>Once &amp;more:</source>
        <translation>Nhập &amp;lại:</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>Hai mật khẩu không giống nhau.</translation>
    </message>
    <message>
        <source>Only for this s&amp;ession</source>
        <translation>Chỉ cho &amp;phiên này</translation>
    </message>
    <message>
        <source>Nothing is kept in your keyring: you sign in again at the next start.</source>
        <translation>Không lưu gì trong chùm khóa: lần chạy sau bạn đăng nhập lại.</translation>
    </message>
    <message>
        <source>Whose messages are shown?</source>
        <translation>Hiện thông báo của tài khoản nào?</translation>
    </message>
    <message>
        <source>Those of the ne&amp;w account, from now on</source>
        <translation>Từ nay là của tài khoản mớ&amp;i</translation>
    </message>
    <message>
        <source>S&amp;till those of %1</source>
        <translation>&amp;Vẫn là của %1</translation>
    </message>
    <message>
        <source>Belfry shows one account at a time. The other one stays in Settings under Server and account, with all that it received.</source>
        <translation>Belfry hiện từng tài khoản một. Tài khoản kia vẫn nằm trong Cài đặt, mục Máy chủ và tài khoản, cùng mọi thông báo đã nhận.</translation>
    </message>
    <message>
        <source>Another invite was opened meanwhile. Finish this one, or cancel it, then open the other one again.</source>
        <translation>Trong lúc đó một lời mời khác được mở. Hãy hoàn tất hoặc hủy lời mời này, rồi mở lại lời mời kia.</translation>
    </message>
    <message>
        <source>Joining …</source>
        <translation>Đang tham gia …</translation>
    </message>
    <message>
        <source>Joining</source>
        <translation>Đang tham gia</translation>
    </message>
    <message>
        <source>&amp;Join</source>
        <translation>&amp;Tham gia</translation>
    </message>
    <message>
        <source>✓ Reachable: %1</source>
        <translation>✓ Liên lạc được: %1</translation>
    </message>
    <message>
        <source>Looking for it …</source>
        <translation>Đang tìm …</translation>
    </message>
    <message>
        <source>&amp;Server:</source>
        <translation>Má&amp;y chủ:</translation>
    </message>
    <message>
        <source>It came with the link. Belfry talks to the server with this pin, and to no other. To be sure that the link is genuine, compare it with the one that the person who invited you is shown.</source>
        <translation>Mã đi kèm liên kết. Belfry chỉ nói chuyện với máy chủ có mã ghim này, không với máy nào khác. Để chắc chắn liên kết là thật, hãy so với mã mà người mời bạn nhìn thấy.</translation>
    </message>
    <message>
        <source>What answers there is not the server that this invite is for: it shows another pin. Ask the person who invited you for a new link.</source>
        <translation>Nơi trả lời không phải máy chủ của lời mời này: nó đưa ra mã ghim khác. Hãy xin người mời bạn một liên kết mới.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::KeyList</name>
    <message>
        <source>Keys</source>
        <translation>Phím tắt</translation>
    </message>
    <message>
        <source>Move in the list</source>
        <translation>Di chuyển trong danh sách</translation>
    </message>
    <message>
        <source>Open the message: it is read</source>
        <translation>Mở tin nhắn: coi như đã đọc</translation>
    </message>
    <message>
        <source>Mark read or unread</source>
        <translation>Đánh dấu đã đọc hoặc chưa đọc</translation>
    </message>
    <message>
        <source>Delete from this history</source>
        <translation>Xóa khỏi lịch sử này</translation>
    </message>
    <message>
        <source>Undo the deletion, for 10 s</source>
        <translation>Hoàn tác việc xóa, trong 10 giây</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Tìm kiếm</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Chọn tất cả</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>Chép dạng văn bản</translation>
    </message>
    <message>
        <source>Mark all read</source>
        <translation>Đánh dấu tất cả đã đọc</translation>
    </message>
    <message>
        <source>Clear the search, then close the window</source>
        <translation>Xóa tìm kiếm, rồi đóng cửa sổ</translation>
    </message>
    <message>
        <source>Quit Belfry</source>
        <translation>Thoát Belfry</translation>
    </message>
    <message>
        <source>This list</source>
        <translation>Danh sách này</translation>
    </message>
    <message>
        <source>Acknowledge, or choose an answer</source>
        <translation>Xác nhận, hoặc chọn một câu trả lời</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Cài đặt</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::LocalServerPage</name>
    <message>
        <source>✓ The password is set.</source>
        <translation>✓ Đã đặt mật khẩu.</translation>
    </message>
    <message>
        <source>&amp;Run a server on this computer</source>
        <translation>&amp;Chạy máy chủ trên máy này</translation>
    </message>
    <message>
        <source>Programs on this computer can send you messages through it.</source>
        <translation>Các chương trình trên máy này có thể gửi tin nhắn cho bạn qua đó.</translation>
    </message>
    <message>
        <source>○ It is off.</source>
        <translation>○ Đang tắt.</translation>
    </message>
    <message>
        <source>○ It is starting …</source>
        <translation>○ Đang khởi động …</translation>
    </message>
    <message numerus="yes">
        <source>● It is running, %Ln other(s) connected.</source>
        <translation>
            <numerusform>● Đang chạy, %Ln người khác đang kết nối.</numerusform>
        </translation>
    </message>
    <message>
        <source>● It is running.</source>
        <translation>● Đang chạy.</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>&amp;Thử lại</translation>
    </message>
    <message>
        <source>Use another &amp;port</source>
        <translation>Dùng &amp;cổng khác</translation>
    </message>
    <message>
        <source>&amp;Address:</source>
        <translation>Đị&amp;a chỉ:</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Chép</translation>
    </message>
    <message>
        <source>Copies the address</source>
        <translation>Chép địa chỉ</translation>
    </message>
    <message>
        <source>Signing in from elsewhere</source>
        <translation>Đăng nhập từ nơi khác</translation>
    </message>
    <message>
        <source>To sign in to this server from another program, set a password for your account.</source>
        <translation>Để đăng nhập máy chủ này từ chương trình khác, hãy đặt mật khẩu cho tài khoản của bạn.</translation>
    </message>
    <message>
        <source>To sign in to this server from another program as %1, set a password.</source>
        <translation>Để đăng nhập máy chủ này từ chương trình khác với tên %1, hãy đặt mật khẩu.</translation>
    </message>
    <message>
        <source>New pass&amp;word:</source>
        <translation>&amp;Mật khẩu mới:</translation>
    </message>
    <message>
        <source>Once &amp;more:</source>
        <translation>Nhập &amp;lại:</translation>
    </message>
    <message>
        <source>&amp;Set the password</source>
        <translation>Đặ&amp;t mật khẩu</translation>
    </message>
    <message>
        <source>at least 8 characters</source>
        <translation>ít nhất 8 ký tự</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>Hai mật khẩu khác nhau.</translation>
    </message>
    <message>
        <source>Programs on this computer and people in the office can send messages through it.</source>
        <translation>Các chương trình trên máy này và người trong văn phòng có thể gửi thông báo qua nó.</translation>
    </message>
    <message>
        <source>&amp;Address on this computer:</source>
        <translation>Đị&amp;a chỉ trên máy này:</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::MessageActions</name>
    <message numerus="yes">
        <source>%Ln message(s) selected.</source>
        <translation>
            <numerusform>Đã chọn %Ln tin nhắn.</numerusform>
        </translation>
    </message>
    <message>
        <source>Select &amp;all %1</source>
        <translation>Chọn &amp;tất cả %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) deleted from this history.</source>
        <translation>
            <numerusform>Đã xóa %Ln tin nhắn khỏi lịch sử này.</numerusform>
        </translation>
    </message>
    <message>
        <source>Und&amp;o</source>
        <translation>&amp;Hoàn tác</translation>
    </message>
    <message>
        <source>All messages that match are selected.</source>
        <translation>Đã chọn mọi tin nhắn phù hợp.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::NotificationsPage</name>
    <message>
        <source>What pops up</source>
        <translation>Những gì được bật lên</translation>
    </message>
    <message>
        <source>Messages of &amp;low priority</source>
        <translation>Tin nhắn ưu tiên &amp;thấp</translation>
    </message>
    <message>
        <source>&amp;Ordinary messages</source>
        <translation>Tin nhắn thường</translation>
    </message>
    <message>
        <source>Messages of &amp;high priority</source>
        <translation>Tin nhắn ưu tiên &amp;cao</translation>
    </message>
    <message>
        <source>&amp;Critical messages (always)</source>
        <translation>Tin nhắn khẩn cấp (luôn luôn)</translation>
    </message>
    <message>
        <source>What does not pop up is in the history all the same. While you are not to be disturbed, only critical messages pop up.</source>
        <translation>Tin không bật lên vẫn nằm trong lịch sử. Khi không làm phiền, chỉ tin khẩn cấp mới bật lên.</translation>
    </message>
    <message>
        <source>&amp;Do not disturb:</source>
        <translation>&amp;Không làm phiền:</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Tắt</translation>
    </message>
    <message>
        <source>For 30 minutes</source>
        <translation>Trong 30 phút</translation>
    </message>
    <message>
        <source>For 1 hour</source>
        <translation>Trong 1 giờ</translation>
    </message>
    <message>
        <source>Until tomorrow</source>
        <translation>Đến ngày mai</translation>
    </message>
    <message>
        <source>Until I turn it off</source>
        <translation>Đến khi tôi tắt</translation>
    </message>
    <message>
        <source>Until %1</source>
        <translation>Đến %1</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::OwnerPassword</name>
    <message>
        <source>The local server does not answer. Please try again.</source>
        <translation>Máy chủ trên máy này không trả lời. Vui lòng thử lại.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::PasswordDialog</name>
    <message>
        <source>Change password</source>
        <translation>Đổi mật khẩu</translation>
    </message>
    <message>
        <source>Your other computers have to sign in again with the new one. This one stays signed in.</source>
        <translation>Các máy khác của bạn phải đăng nhập lại bằng mật khẩu mới. Máy này vẫn đăng nhập.</translation>
    </message>
    <message>
        <source>&amp;Old password:</source>
        <translation>Mật khẩu &amp;cũ:</translation>
    </message>
    <message>
        <source>&amp;New password:</source>
        <translation>Mật khẩu &amp;mới:</translation>
    </message>
    <message>
        <source>at least 8 characters</source>
        <translation>ít nhất 8 ký tự</translation>
    </message>
    <message>
        <source>Once &amp;more:</source>
        <translation>Nhập &amp;lại:</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>Hai mật khẩu không giống nhau.</translation>
    </message>
    <message>
        <source>C&amp;hange it</source>
        <translation>&amp;Đổi</translation>
    </message>
    <message>
        <source>⚠ The connection to this server is not encrypted: both passwords can be read on the way.</source>
        <translation>⚠ Kết nối tới máy chủ này không được mã hóa: người khác có thể đọc được cả hai mật khẩu trên đường truyền.</translation>
    </message>
    <message>
        <source>Change it &amp;unencrypted all the same</source>
        <translation>&amp;Vẫn đổi dù không mã hóa</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::PopupDesk</name>
    <message>
        <source>Show</source>
        <translation>Hiện</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::ReachBox</name>
    <message>
        <source>Who can reach it</source>
        <translation>Ai kết nối được</translation>
    </message>
    <message>
        <source>The office &amp;network: other computers, too, encrypted</source>
        <translation>Mạ&amp;ng văn phòng: cả các máy khác, có mã hóa</translation>
    </message>
    <message>
        <source>As soon as it runs, others reach it.</source>
        <translation>Khi máy chủ chạy, người khác kết nối được.</translation>
    </message>
    <message>
        <source>This computer is in no network at the moment. Others reach the server once it is.</source>
        <translation>Hiện máy này không ở trong mạng nào. Khi có mạng, người khác sẽ kết nối được.</translation>
    </message>
    <message>
        <source>Invite somebody, or give them an account: whoever signs in with this address for the first time is shown a pin, and compares it with this one.</source>
        <translation>Hãy mời hoặc cấp tài khoản cho mọi người: ai đăng nhập bằng địa chỉ này lần đầu sẽ thấy một mã ghim và so nó với mã ở đây.</translation>
    </message>
    <message>
        <source>Address for &amp;others:</source>
        <translation>Địa chỉ cho người &amp;khác:</translation>
    </message>
    <message>
        <source>Co&amp;py</source>
        <translation>Ché&amp;p</translation>
    </message>
    <message>
        <source>Copy the address for others</source>
        <translation>Sao chép địa chỉ cho người khác</translation>
    </message>
    <message>
        <source>P&amp;in of the server:</source>
        <translation>Mã &amp;ghim của máy chủ:</translation>
    </message>
    <message>
        <source>Cop&amp;y</source>
        <translation>C&amp;hép</translation>
    </message>
    <message>
        <source>Copy the pin</source>
        <translation>Sao chép mã ghim</translation>
    </message>
    <message>
        <source>Where another computer can&apos;t reach it, let port %1 (TCP) through this computer&apos;s firewall.</source>
        <translation>Nếu máy khác không kết nối được, hãy cho cổng %1 (TCP) qua tường lửa của máy này.</translation>
    </message>
    <message>
        <source>In&amp;vite somebody…</source>
        <translation>&amp;Mời một người…</translation>
    </message>
    <message>
        <source>Programs on this computer on&amp;ly</source>
        <translation>&amp;Chỉ các chương trình trên máy này</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::SettingsWindow</name>
    <message>
        <source>Settings</source>
        <translation>Cài đặt</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Các trang</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Chung</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Thông báo</translation>
    </message>
    <message>
        <source>Server and account</source>
        <translation>Máy chủ và tài khoản</translation>
    </message>
    <message>
        <source>Local server</source>
        <translation>Máy chủ trên máy này</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Giới thiệu</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::SignInDialog</name>
    <message>
        <source>Sign in</source>
        <translation>Đăng nhập</translation>
    </message>
    <message>
        <source>Server &amp;address:</source>
        <translation>Đị&amp;a chỉ máy chủ:</translation>
    </message>
    <message>
        <source>I have a name and a pass&amp;word</source>
        <translation>Tôi có tên và &amp;mật khẩu</translation>
    </message>
    <message>
        <source>I have an access &amp;key</source>
        <translation>Tôi có &amp;khóa truy cập</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Tên:</translation>
    </message>
    <message>
        <source>&amp;Password:</source>
        <translation>Mật k&amp;hẩu:</translation>
    </message>
    <message>
        <source>Access ke&amp;y:</source>
        <translation>Khóa tr&amp;uy cập:</translation>
    </message>
    <message>
        <source>paste it here</source>
        <translation>dán vào đây</translation>
    </message>
    <message>
        <source>Only for this s&amp;ession</source>
        <translation>Chỉ cho &amp;phiên này</translation>
    </message>
    <message>
        <source>Nothing is kept in your keyring: you sign in again at the next start.</source>
        <translation>Không lưu gì vào chùm khóa: lần khởi động sau bạn đăng nhập lại.</translation>
    </message>
    <message>
        <source>⚠ This address begins with http://: what you type and every message can be read on the way. Use it only in a network you trust.</source>
        <translation>⚠ Địa chỉ này bắt đầu bằng http://: những gì bạn nhập và mọi tin nhắn có thể bị đọc trên đường truyền. Chỉ dùng trong mạng bạn tin cậy.</translation>
    </message>
    <message>
        <source>Signing in …</source>
        <translation>Đang đăng nhập …</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Đang đăng nhập</translation>
    </message>
    <message>
        <source>&amp;Sign in</source>
        <translation>Đăng &amp;nhập</translation>
    </message>
    <message>
        <source>Looking for it …</source>
        <translation>Đang tìm …</translation>
    </message>
    <message>
        <source>✓ Reachable: %1</source>
        <translation>✓ Liên lạc được: %1</translation>
    </message>
    <message>
        <source>for example office.lan:8000, or an invite link</source>
        <translation>ví dụ office.lan:8000, hoặc liên kết mời</translation>
    </message>
    <message>
        <source>P&amp;in of the server:</source>
        <translation>Mã &amp;ghim của máy chủ:</translation>
    </message>
    <message>
        <source>I have compared them: &amp;they are the same</source>
        <translation>Tôi đã so &amp;hai mã: chúng giống nhau</translation>
    </message>
    <message>
        <source>The identity of this server can&apos;t be confirmed. Compare its pin with the one in its own Settings under Local server (or by “belfry pin”), or ask who runs it. If they differ, or you have signed in here before, somebody may be posing as it: do not go on.</source>
        <translation>Không xác nhận được danh tính của máy chủ này. Hãy so mã ghim của nó với mã trong phần Cài đặt của chính nó, mục Máy chủ trên máy này (hoặc bằng lệnh “belfry pin”), hoặc hỏi người quản lý. Nếu hai mã khác nhau, hoặc bạn đã từng đăng nhập ở đây, có thể ai đó đang giả làm máy chủ này: đừng tiếp tục.</translation>
    </message>
    <message>
        <source>Sign in &amp;unencrypted all the same</source>
        <translation>&amp;Vẫn đăng nhập không mã hóa</translation>
    </message>
    <message>
        <source>This is not a Belfry server: some things will not be there.</source>
        <translation>Đây không phải máy chủ Belfry: sẽ thiếu một số chức năng.</translation>
    </message>
    <message>
        <source>&amp;Use %1</source>
        <translation>&amp;Dùng %1</translation>
    </message>
    <message>
        <source>This is not a Belfry server. Sign in anyway?</source>
        <translation>Đây không phải máy chủ Belfry. Vẫn đăng nhập?</translation>
    </message>
    <message>
        <source>Your access key is sent to %1.</source>
        <translation>Khóa truy cập của bạn sẽ được gửi tới %1.</translation>
    </message>
    <message>
        <source>Your name and your password are sent to %1.</source>
        <translation>Tên và mật khẩu của bạn sẽ được gửi tới %1.</translation>
    </message>
    <message>
        <source>&amp;Sign in anyway</source>
        <translation>&amp;Vẫn đăng nhập</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::SignInsBox</name>
    <message>
        <source>Where you are signed in</source>
        <translation>Nơi bạn đang đăng nhập</translation>
    </message>
    <message>
        <source>&amp;End this sign-in</source>
        <translation>&amp;Kết thúc lần đăng nhập này</translation>
    </message>
    <message>
        <source>Change &amp;password…</source>
        <translation>Đổi &amp;mật khẩu…</translation>
    </message>
    <message>
        <source>a program without a name</source>
        <translation>chương trình không tên</translation>
    </message>
    <message>
        <source>%1 – last used %2</source>
        <comment>a machine&apos;s name and a moment</comment>
        <translation>%1 – dùng lần cuối %2</translation>
    </message>
    <message>
        <source>%1 (here)</source>
        <comment>a sign-in that is this computer&apos;s</comment>
        <translation>%1 (ở đây)</translation>
    </message>
    <message>
        <source>Signed in on %1</source>
        <translation>Đăng nhập lúc %1</translation>
    </message>
    <message>
        <source>✓ That sign-in is ended.</source>
        <translation>✓ Đã kết thúc lần đăng nhập đó.</translation>
    </message>
    <message>
        <source>✓ The password is changed. Your other computers have to sign in again.</source>
        <translation>✓ Đã đổi mật khẩu. Các máy khác của bạn phải đăng nhập lại.</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::StatusStrip</name>
    <message>
        <source>&amp;Clear filters</source>
        <translation>&amp;Bỏ bộ lọc</translation>
    </message>
    <message numerus="yes">
        <source>Mark %Ln shown as &amp;read</source>
        <translation>
            <numerusform>Đánh dấu %Ln tin đang hiện là đã đọc</numerusform>
        </translation>
    </message>
    <message>
        <source>Mark all &amp;read</source>
        <translation>Đánh dấu tất cả đã đọc</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Đã kết nối</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Chưa kết nối</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::TrayMenu</name>
    <message numerus="yes">
        <source>%Ln unread</source>
        <translation>
            <numerusform>%Ln chưa đọc</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing unread</source>
        <translation>Không có tin chưa đọc</translation>
    </message>
    <message>
        <source>Show &amp;history</source>
        <translation>Hiện &amp;lịch sử</translation>
    </message>
    <message>
        <source>Send &amp;test message</source>
        <translation>Gửi &amp;tin nhắn thử</translation>
    </message>
    <message>
        <source>&amp;Do not disturb</source>
        <translation>&amp;Không làm phiền</translation>
    </message>
    <message>
        <source>&amp;Do not disturb (on)</source>
        <translation>&amp;Không làm phiền (đang bật)</translation>
    </message>
    <message>
        <source>&amp;Do not disturb (%1)</source>
        <translation>&amp;Không làm phiền (%1)</translation>
    </message>
    <message>
        <source>&amp;30 minutes</source>
        <translation>&amp;30 phút</translation>
    </message>
    <message>
        <source>&amp;1 hour</source>
        <translation>&amp;1 giờ</translation>
    </message>
    <message>
        <source>Until &amp;tomorrow</source>
        <translation>Đến ngày &amp;mai</translation>
    </message>
    <message>
        <source>Until I turn it &amp;off</source>
        <translation>Đến khi tôi &amp;tắt</translation>
    </message>
    <message>
        <source>Turn o&amp;ff now</source>
        <translation>Tắ&amp;t ngay</translation>
    </message>
    <message>
        <source>&amp;Local server</source>
        <translation>&amp;Máy chủ trên máy này</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Tắt</translation>
    </message>
    <message>
        <source>Starting …</source>
        <translation>Đang khởi động …</translation>
    </message>
    <message>
        <source>%1 (copy)</source>
        <translation>%1 (chép)</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Cài đặt…</translation>
    </message>
    <message>
        <source>&amp;About Belfry</source>
        <translation>&amp;Giới thiệu Belfry</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>T&amp;hoát</translation>
    </message>
    <message>
        <source>&amp;Belfry</source>
        <translation>&amp;Belfry</translation>
    </message>
    <message>
        <source>Turn &amp;off…</source>
        <translation>&amp;Tắt…</translation>
    </message>
    <message>
        <source>Turn &amp;on</source>
        <translation>&amp;Bật</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::TroubleBars</name>
    <message>
        <source>&amp;Try again</source>
        <translation>&amp;Thử lại</translation>
    </message>
    <message>
        <source>Use another &amp;port</source>
        <translation>Dùng &amp;cổng khác</translation>
    </message>
    <message>
        <source>S&amp;ign in…</source>
        <translation>Đăng &amp;nhập…</translation>
    </message>
    <message>
        <source>&amp;Hide</source>
        <translation>Ẩ&amp;n</translation>
    </message>
</context>
<context>
    <name>belfry::desktop::Windows</name>
    <message>
        <source>Invite</source>
        <translation>Lời mời</translation>
    </message>
    <message>
        <source>This link can&apos;t be used.</source>
        <translation>Không dùng được liên kết này.</translation>
    </message>
</context>
</TS>
