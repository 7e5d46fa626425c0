"""Bugs on the way of a mail: what was sent, what came back and who wrote it is mistaken."""

from tests.mutants.bug import Bug

MAIL = "tests/shared/test_mail.py"
HEADERS = "tests/shared/test_mail_headers.py"
RETURNED = "tests/shared/test_returned.py"
BOUNCES = "tests/reminders/test_bounces.py"
MESSAGE = "shared/mail/message.py"
SMTP = "shared/mail/smtp.py"

BUGS = [
    Bug(
        "a lost answer counts as not accepted",
        SMTP,
        "            raise MailUncertain(_said(error)) from error\n",
        "            raise MailDeferred(_said(error)) from error\n",
        MAIL + "::test_a_line_cut_after_the_text_is_uncertain",
    ),
    Bug(
        "any certificate will do",
        SMTP,
        "        return ssl.create_default_context(cafile=self._ca_file)\n",
        "        return ssl._create_unverified_context()\n",
        MAIL + "::test_a_private_authority_is_known_by_its_file",
    ),
    Bug(
        "a mail comes back to the sender whatever was wanted",
        MESSAGE,
        "        return self.envelope_from or self.sender\n",
        "        return self.sender\n",
        MAIL + "::test_the_server_is_told_where_a_mail_comes_back_to",
    ),
    Bug(
        "a name may hold a line break",
        MESSAGE,
        "    if not name.strip() or _UNSAFE.search(name):\n",
        "    if not name.strip():\n",
        HEADERS + "::test_a_name_is_only_a_name",
    ),
    Bug(
        "an identifier may hold whatever it likes",
        MESSAGE,
        "    return form.fullmatch(value) is not None and not _UNSAFE.search(value)\n",
        "    return True\n",
        HEADERS + "::test_no_header_can_be_smuggled_in",
    ),
    Bug(
        "whoever makes up an address is believed",
        "services/reminders/actions/envelopes.py",
        "    return mail_id if given else None\n",
        "    return mail_id\n",
        BOUNCES + "::test_each_mail_has_an_address_of_its_own_that_nobody_can_guess",
    ),
    Bug(
        "an absence counts as a mail that came back",
        "shared/mail/returned.py",
        '    if _WRITERS.search(str(mail.get("From", ""))):\n',
        '    if "From" in mail:\n',
        RETURNED + "::test_what_is_no_report_is_left_alone",
    ),
    Bug(
        "a mail that is only late counts as failed",
        "shared/mail/returned.py",
        "        return False, _line(words)\n",
        "        return True, _line(words)\n",
        BOUNCES + "::test_a_mail_that_is_only_late_is_noted",
    ),
    Bug(
        "a report counts only when our books are ready for it",
        "services/reminders/actions/bounces.py",
        "mail.state in (ACCEPTED, SENDING, UNCERTAIN)",
        "mail.state == ACCEPTED",
        BOUNCES + "::test_a_report_that_is_quicker_than_our_own_books_counts",
    ),
    Bug(
        "mails of strangers are marked too",
        "services/reminders/jobs.py",
        '            reach("bounce.read")\n',
        '            reach("bounce.read")\n            mailbox.mark(arrived)\n',
        BOUNCES + "::test_mails_of_strangers_stay_untouched",
    ),
]
