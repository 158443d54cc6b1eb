"""A message in the form of e-mail: headers, text and a Message-ID made of its key."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from gateways.errors import SenderUnusable
from gateways.outgoing_message import OutgoingMessage

# Seven bits pass every server, whatever it says that it can do.
_POLICY = SMTP.clone(cte_type="7bit")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Narrower than the standard: neither quoted nor internationalised local parts, no comments and
# no blanks, so that an address is one address and can end neither a header nor a command.
_ADDRESS_FORM = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*")
_SENDER_FORM = re.compile(r"(?P<name>[^<>\"\\]*)<(?P<address>[^<>]*)>|(?P<bare>[^<>]*)")
_ADDRESS_LENGTH = 254


def is_mail_address(text: str) -> bool:
    """Tell whether this is one address, and nothing beside it."""
    return len(text) <= _ADDRESS_LENGTH and _ADDRESS_FORM.fullmatch(text) is not None


def sender_address(sender: str) -> str:
    """Return the address within ADDRESS or NAME <ADDRESS>; raises SenderUnusable."""
    return _sender(sender).addr_spec


def domain_of(address: str) -> str:
    """Return what follows the at sign."""
    return address.rpartition("@")[2]


def letter(message: OutgoingMessage, sender: str, at: datetime) -> bytes:
    """Return the mail as it goes over the wire; raises SenderUnusable.

    Auto-Submitted keeps the customer's absence note from answering.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _sender(sender)
    mail["To"] = Address(addr_spec=message.address)
    mail["Subject"] = message.subject
    mail["Date"] = at
    mail["Message-ID"] = message_id(message, domain_of(sender_address(sender)))
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    mail["Content-Language"] = message.language.value  # Setting the text removes it.
    return mail.as_bytes()


def message_id(message: OutgoingMessage, domain: str) -> str:
    """Return the same id whenever the message is sent, and another for any other message.

    Numbers begin anew in another installation; ids of complaints do not.
    """
    key = re.sub(r"[^A-Za-z0-9-]", ".", message.key)
    return f"<{key}.{message.complaint_id}@{domain}>"


def _sender(sender: str) -> Address:
    form = _SENDER_FORM.fullmatch(sender)
    if form is None or not sender.isprintable():
        raise SenderUnusable
    address = (form["bare"] or form["address"] or "").strip()
    if not is_mail_address(address):
        raise SenderUnusable
    return Address(display_name=(form["name"] or "").strip(), addr_spec=address)
