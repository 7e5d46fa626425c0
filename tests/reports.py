"""What mail servers send back, as the common ones write it; `{to}` is the address it goes to."""

from email.mime.text import MIMEText

_REPORT = """\
Return-Path: <>
Received: from localhost (localhost [127.0.0.1]) by mx.example.net; Mon, 23 Nov 2026 09:00:00 +0000
Date: Mon, 23 Nov 2026 09:00:00 +0000
From: {writer}
To: {to}
Subject: {subject}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="4F1A.1795690138/mx.example.net"

This is a MIME-encapsulated message.

--4F1A.1795690138/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net.

--4F1A.1795690138/mx.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4F1A
Arrival-Date: Mon, 23 Nov 2026 08:59:00 +0000

{block}
--4F1A.1795690138/mx.example.net
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: Relais <relais@centre.example>
To: nora@example.net
Subject: Something new waits for you

--4F1A.1795690138/mx.example.net--
"""

_BLOCK = """\
Final-Recipient: rfc822; nora@example.net
Original-Recipient: rfc822;nora@example.net
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.net
Diagnostic-Code: smtp; {words}
"""


def report(
    to: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "550 5.1.1 <nora@example.net>: user unknown",
    writer: str = "MAILER-DAEMON@mx.example.net (Mail Delivery System)",
    subject: str = "Undelivered Mail Returned to Sender",
) -> bytes:
    """A delivery status notification (RFC 3464), as Postfix writes it."""
    block = _BLOCK.format(action=action, status=status, words=words)
    text = _REPORT.format(to=to, writer=writer, subject=subject, block=block)
    return text.replace("\n", "\r\n").encode()


def late(to: str) -> bytes:
    """Not delivered yet; the server goes on trying."""
    words = "451 4.4.1 mail.example.net: connection timed out"
    subject = "Delayed Mail (still being retried)"
    return report(to, action="delayed", status="4.4.1", words=words, subject=subject)


def in_sentences(to: str, words: str = "", subject: str = "failure notice") -> bytes:
    """What qmail and many gateways write: no form, only sentences."""
    said = words or (
        "Hi. This is the qmail-send program at mx.example.net.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<nora@example.net>:\n192.0.2.7 does not like recipient.\n"
        "Remote host said: 550 5.1.1 unknown user\n"
    )
    mail = MIMEText(said)
    mail["From"], mail["To"], mail["Subject"] = "MAILER-DAEMON@mx.example.net", to, subject
    mail["Auto-Submitted"] = "auto-replied"
    return mail.as_bytes()


def absence(to: str) -> bytes:
    """Somebody is on holiday: the mail has arrived."""
    mail = MIMEText("I am away until 5.1.2027. In urgent cases: 550 12 34.")
    mail["From"], mail["To"] = "Nora Benali <nora@example.net>", to
    mail["Subject"], mail["Auto-Submitted"] = "Absent", "auto-replied"
    return mail.as_bytes()


def exchange(to: str) -> bytes:
    """As Microsoft's servers write it: other headers, capitals, another order of parts."""
    return (
        report(to.upper(), writer="Microsoft Outlook <postmaster@example.net>")
        .replace(b"Action: failed", b"action: Failed")
        .replace(b"multipart/report", b"Multipart/Report")
        .replace(b"message/delivery-status", b"Message/Delivery-Status")
    )


def twice_told(to: str) -> bytes:
    """One recipient is late, the other has failed: what is final counts."""
    one = _BLOCK.format(action="delayed", status="4.4.1", words="451 later")
    two = _BLOCK.format(action="failed", status="4.4.7", words="552 too old")
    text = _REPORT.format(to=to, writer="x@y", subject="z", block=f"{one}\n{two}")
    return text.encode()
