"""Mail over real SMTP, with a server in this process that also misbehaves (rule 29)."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from gateways.errors import MailServerUnusable, MessageUndelivered, SenderUnusable, Undelivered
from gateways.mail import MailChannel
from gateways.mail_letter import is_mail_address, letter
from gateways.mail_server import Encryption, MailServer, mail_server
from gateways.outgoing_message import OutgoingMessage
from schemas.vocabulary import Channel, Language, Purpose
from tests.support.mail import HOST, LOGIN, PostOffice, certified, post_office

NOW = datetime(2026, 11, 7, 9, 30, tzinfo=UTC)
SENDER = "客户服务中心 <care@shop.example>"
ADDRESS = "marker.li@mail.example"
MARKER = "Planted-Marker"
USER, PASSWORD = (quote(part, safe="") for part in LOGIN)
MESSAGE = OutgoingMessage(
    key="17:message:2",
    number=17,
    complaint_id="018f0000-0000-7000-8000-000000000017",
    purpose=Purpose.PROPOSAL,
    channel=Channel.EMAIL,
    address=ADDRESS,
    language=Language.ZH_HANS,
    subject="投诉 17：请您选择解决方案，并在约定的时间之前告诉我们您的选择",
    body=f"{MARKER}，您好：\n\n.方案 1：补寄商品\nFrom 2 on\n\n客户服务中心\n",
)


def channel(url: str, patience: float = 5, **options: Any) -> MailChannel:
    time = timedelta(seconds=patience)
    return MailChannel(mail_server(url), SENDER, lambda: NOW, patience=time, **options)


def to(office: PostOffice, patience: float = 5) -> MailChannel:
    return channel(f"smtp://{HOST}:{office.port}", patience)


def text_of(mail: EmailMessage) -> str:
    text: str = mail.get_content()
    return text.replace("\r\n", "\n")


async def failure(mail: MailChannel, message: OutgoingMessage = MESSAGE) -> MessageUndelivered:
    with pytest.raises(MessageUndelivered) as caught:
        await mail.send(message)
    return caught.value


async def test_a_message_arrives_as_it_was_rendered() -> None:
    async with post_office() as office:
        await to(office).send(MESSAGE)
    (envelope,), (mail,) = office.envelopes, office.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("care@shop.example", [ADDRESS])
    assert mail["From"] == SENDER
    assert mail["To"] == ADDRESS
    assert mail["Subject"] == MESSAGE.subject
    assert mail["Content-Language"] == "zh-Hans"
    assert mail["Date"].datetime == NOW
    assert mail.get_content_type() == "text/plain"
    assert text_of(mail) == MESSAGE.body


@pytest.mark.parametrize("body", ["A plain text.\n", ".\n", "x" * 2000 + "\n", "€\n..\n\n"])
async def test_any_text_arrives_whole_and_in_seven_bits(body: str) -> None:
    async with post_office() as office:
        await to(office).send(MESSAGE.model_copy(update={"body": body}))
    assert text_of(office.mails[0]) == body
    (envelope,) = office.envelopes
    assert envelope.original_content is not None
    assert envelope.original_content.isascii()
    assert max(map(len, envelope.original_content.splitlines())) <= 998


async def test_the_host_of_this_machine_is_not_told() -> None:
    async with post_office() as office:
        await to(office).send(MESSAGE)
    assert [session.host_name for session in office.sessions] == ["shop.example"]


async def test_a_message_sent_again_has_the_same_id_and_no_other_message_has_it() -> None:
    others = ({"key": "17:message:3"}, {"complaint_id": "018f-another"})
    async with post_office() as office:
        for message in (MESSAGE, MESSAGE, *(MESSAGE.model_copy(update=each) for each in others)):
            await to(office).send(message)
    first, again, *rest = (mail["Message-ID"] for mail in office.mails)
    assert first == again == f"<17.message.2.{MESSAGE.complaint_id}@shop.example>"
    assert len({first, *rest}) == 3


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@c.example",
        "a@mail.example\r\nBcc: b@mail.example",
        "a@mail.example\n",
        "a@mail.example> SIZE=1",
        "a@mail.example, b@mail.example",
        "a b@mail.example",
        '"a\r\nRCPT TO:<b@mail.example>"@mail.example',
        "Li Na <a@mail.example>",
        "a@-mail.example",
        "李娜@mail.example",
        "a@mail.example\x00",
        "a@" + "b" * 64 + ".example",
        "a" * 65 + "@mail.example",
        "a@" + ".".join(["bbbbbbbbb"] * 26),
    ],
)
async def test_an_address_that_is_not_exactly_one_never_reaches_the_server(address: str) -> None:
    assert not is_mail_address(address)
    async with post_office() as office:
        error = await failure(to(office), MESSAGE.model_copy(update={"address": address}))
    assert (error.reason, error.retryable) == (Undelivered.ADDRESS_UNUSABLE, False)
    assert office.sessions == []


@pytest.mark.parametrize("address", ["a@b", "li.na+shop@mail-1.example", "a'b_c%d@x.y.z.example"])
def test_usual_addresses_are_addresses(address: str) -> None:
    assert is_mail_address(address)


@pytest.mark.parametrize("subject", ["Hello\nBcc: b@mail.example", "Hello\r\n\r\nText"])
def test_a_subject_of_two_lines_is_no_header(subject: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        letter(MESSAGE.model_copy(update={"subject": subject}), SENDER, NOW)


@pytest.mark.parametrize(
    ("answers", "reason", "retryable"),
    [
        ({"recipient": "550 5.1.1 No such user"}, Undelivered.REFUSED, False),
        ({"recipient": "552 5.2.2 Mailbox full"}, Undelivered.REFUSED, False),
        ({"recipient": "450 4.2.0 Greylisted"}, Undelivered.BUSY, True),
        ({"recipient": "530 5.7.0 Log in first"}, Undelivered.UNSUITED, True),
        ({"recipient": "421 4.3.2 Shutting down"}, Undelivered.BUSY, True),
        ({"data": "554 5.7.1 Looks like spam"}, Undelivered.REFUSED, False),
        ({"data": "451 4.3.0 Try again later"}, Undelivered.BUSY, True),
        ({"sender": "550 5.7.1 Not your domain"}, Undelivered.UNSUITED, True),
        ({"sender": "452 4.3.1 Disk full"}, Undelivered.BUSY, True),
        ({"stalls": True}, Undelivered.TIMEOUT, True),
        ({"hangs_up": True}, Undelivered.UNREACHABLE, True),
    ],
)
async def test_what_is_for_good_is_told_from_what_passes(
    answers: dict[str, Any], reason: Undelivered, retryable: bool
) -> None:
    async with post_office() as office:
        vars(office).update(answers)
        error = await failure(to(office, patience=0.3 if "stalls" in answers else 5))
    assert (error.reason, error.retryable) == (reason, retryable)


@pytest.mark.parametrize("trouble", ["stalls", "hangs_up"])
async def test_a_message_that_was_taken_in_silence_comes_again_with_the_same_id(
    trouble: str,
) -> None:
    async with post_office() as office:
        setattr(office, trouble, True)
        assert (await failure(to(office, patience=0.3))).retryable
        setattr(office, trouble, False)
        await to(office).send(MESSAGE)
    first, again = office.mails
    assert first["Message-ID"] == again["Message-ID"]
    assert first.as_bytes() == again.as_bytes()


async def test_a_rude_farewell_changes_nothing() -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        for answer in (b"250 post.example", b"250 a", b"250 b", b"354 go on"):
            await reader.readline()
            writer.write(answer + b"\r\n")
        await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"250 taken\r\n")
        taken.append(await reader.readline())
        writer.close()

    taken: list[bytes] = []
    async with await asyncio.start_server(converse, HOST, 0) as server:
        port = server.sockets[0].getsockname()[1]
        await channel(f"smtp://{HOST}:{port}").send(MESSAGE)
    assert taken == [b"QUIT\r\n"]


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [
        (b"", Undelivered.UNREACHABLE),
        (b"554 no service here\r\n", Undelivered.UNREACHABLE),
        (b"421 too many connections\r\n", Undelivered.BUSY),
        (b"SSH-2.0-OpenSSH_9.7\r\n", Undelivered.BUSY),
    ],
)
async def test_a_server_that_does_not_welcome_us_may_do_so_later(
    greeting: bytes, reason: Undelivered
) -> None:
    async def welcome(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    async with await asyncio.start_server(welcome, HOST, 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = await failure(channel(f"smtp://{HOST}:{port}"))
    assert (error.reason, error.retryable) == (reason, True)


async def test_nobody_listening_may_be_tried_again() -> None:
    async with post_office() as office:
        pass
    error = await failure(to(office))
    assert (error.reason, error.retryable) == (Undelivered.UNREACHABLE, True)


async def test_mail_goes_by_tls_from_the_start(tmp_path: Path) -> None:
    server, client = certified(tmp_path)
    async with post_office(tls=server) as office:
        await channel(f"smtps://{HOST}:{office.port}", tls=client).send(MESSAGE)
    assert office.encrypted == [True]
    assert office.mails[0]["Subject"] == MESSAGE.subject


async def test_mail_goes_by_starttls_with_a_login(tmp_path: Path) -> None:
    server, client = certified(tmp_path)
    async with post_office(tls=server, starttls=True, login=True) as office:
        url = f"smtp://{USER}:{PASSWORD}@{HOST}:{office.port}?starttls=yes"
        await channel(url, tls=client).send(MESSAGE)
    (session,) = office.sessions
    assert session.authenticated
    assert office.encrypted == [True]
    assert len(office.mails) == 1


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_a_certificate_of_nobody_we_trust_gets_nothing(tmp_path: Path, scheme: str) -> None:
    server, _ = certified(tmp_path)
    async with post_office(tls=server, starttls=scheme == "smtp") as office:
        query = "?starttls=yes" if scheme == "smtp" else ""
        error = await failure(channel(f"{scheme}://{HOST}:{office.port}{query}"))
    assert (error.reason, error.retryable) == (Undelivered.UNSUITED, True)
    assert office.sessions == []


async def test_a_certificate_of_another_server_gets_nothing(tmp_path: Path) -> None:
    server, client = certified(tmp_path, name="127.0.0.2")
    async with post_office(tls=server) as office:
        error = await failure(channel(f"smtps://{HOST}:{office.port}", tls=client))
    assert error.reason is Undelivered.UNSUITED
    assert office.sessions == []


async def test_neither_login_nor_text_goes_out_when_encryption_is_not_offered() -> None:
    async with post_office(login=True) as office:
        url = f"smtp://{USER}:{PASSWORD}@{HOST}:{office.port}?starttls=yes"
        error = await failure(channel(url))
    assert (error.reason, error.retryable) == (Undelivered.UNSUITED, True)
    assert office.sessions == []


async def test_a_wrong_password_passes_once_it_is_mended() -> None:
    async with post_office(login=True) as office:
        address = f"{HOST}:{office.port}"
        error = await failure(channel(f"smtp://{USER}:wrong@{address}"))
        assert (error.reason, error.retryable) == (Undelivered.UNSUITED, True)
        await channel(f"smtp://{USER}:{PASSWORD}@{address}").send(MESSAGE)
    assert len(office.mails) == 1


@pytest.mark.parametrize(
    "answers",
    [{"recipient": f"550 5.1.1 <{ADDRESS}> unknown"}, {"data": f"554 {MARKER}"}, {"stalls": True}],
)
async def test_neither_errors_nor_logs_nor_repr_show_address_text_or_password(
    caplog: pytest.LogCaptureFixture, answers: dict[str, Any]
) -> None:
    async with post_office() as office:
        vars(office).update(answers)
        caplog.set_level(logging.DEBUG)
        # The server of the test logs what it gets; ours is the rest.
        caplog.set_level(logging.CRITICAL, "mail")
        mail = channel(f"smtp://{USER}:{PASSWORD}@{HOST}:{office.port}", patience=0.3)
        error = await failure(channel(f"smtp://{HOST}:{office.port}", patience=0.3))
    said = caplog.text + str(error) + repr(error) + repr(MESSAGE) + repr(mail)
    assert not [word for word in (ADDRESS, MARKER, *LOGIN, "投诉") if word in said]
    assert error.__cause__ is None
    assert error.__context__ is None


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", MailServer("localhost", 25, Encryption.NONE)),
        ("smtp://127.0.0.1:1025/", MailServer("127.0.0.1", 1025, Encryption.NONE)),
        ("smtp://[::1]", MailServer("::1", 25, Encryption.NONE)),
        ("smtp://127.0.0.1?starttls=yes", MailServer("127.0.0.1", 587, Encryption.STARTTLS)),
        ("smtp://mail.example", MailServer("mail.example", 587, Encryption.STARTTLS)),
        (
            "smtp://mail.example:25?starttls=yes",
            MailServer("mail.example", 25, Encryption.STARTTLS),
        ),
        ("smtps://mail.example", MailServer("mail.example", 465, Encryption.TLS)),
        (
            f"smtps://{USER}:{PASSWORD}@mail.example:1465",
            MailServer("mail.example", 1465, Encryption.TLS, *LOGIN),
        ),
        ("smtp://care@localhost", MailServer("localhost", 25, Encryption.NONE, "care", "")),
    ],
)
def test_an_address_says_how_the_way_is_encrypted(url: str, server: MailServer) -> None:
    assert mail_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://mail.example?starttls=no",
        "smtp://mail.example/inbox",
        "smtp://mail.example#word",
        "smtp://[::1",
    ],
)
def test_an_unusable_server_is_found_at_start_and_not_shown(url: str) -> None:
    with pytest.raises(MailServerUnusable) as caught:
        mail_server(url)
    assert "smtp://USER:PASSWORD@HOST:PORT" in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "sender",
    ["", "care", "Care <>", "Care <care>", "a@b.example\nBcc: c@d.example", "A <a@b.example> more"],
)
def test_an_unusable_sender_is_found_at_start(sender: str) -> None:
    with pytest.raises(SenderUnusable, match="ADDRESS or NAME <ADDRESS>"):
        MailChannel(mail_server("smtp://localhost"), sender, lambda: NOW)
