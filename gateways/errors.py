"""Why the outside world did not do what it was asked; `retryable` says whether to ask again.

GatewayFailure
├── DepartmentUnavailable   a department's system gave no answer (see `Silence`)
├── OutcomeUnknown          it may or may not have happened: look it up under the same key
├── OrderRecordsUnavailable the shop does not say what was paid for an order
├── MessageUndelivered      a channel did not take a message (see `Undelivered`)
├── SignatureInvalid        a message does not prove who sent it
├── KeyUnusable             a key cannot be signed (our own mistake)
├── SecretUnusable          a shared secret is not one (our own set-up is wrong)
├── MailServerUnusable      the address of a mail server is not one (our own set-up is wrong)
├── SenderUnusable          the sender of our mail is not one (our own set-up is wrong)
└── AddressUnusable         the address of a system is not one (our own set-up is wrong)
"""

from __future__ import annotations

from schemas.errors import RedressError
from schemas.vocabulary import Channel, Department, Word


class Silence(Word):
    """Why a department's system gave no answer; stands in evidence as `unavailable`."""

    TIMEOUT = "timeout", "It did not answer in time."
    UNREACHABLE = "unreachable", "No connection, or the connection broke."
    SERVER_ERROR = "server_error", "It says that it failed."
    BUSY = "busy", "It asks for patience."
    REFUSED = "refused", "It declines the question as asked."
    REDIRECTED = "redirected", "It points elsewhere, and we follow nobody."
    RUBBISH = "rubbish", "Its answer is not one we understand."
    TOO_LARGE = "too_large", "Its answer is longer than any honest one."

    @property
    def retryable(self) -> bool:
        """True when the same question may be answered later."""
        return self in {Silence.TIMEOUT, Silence.UNREACHABLE, Silence.SERVER_ERROR, Silence.BUSY}


class Undelivered(Word):
    """Why a channel did not take a message to a customer, or did not say that it did."""

    ADDRESS_UNUSABLE = "address_unusable", "The address is none that this channel can reach."
    REFUSED = "refused", "It declines this address or this message for good."
    REDIRECTED = "redirected", "It points elsewhere, and we follow nobody."
    BUSY = "busy", "It asks for patience."
    SERVER_ERROR = "server_error", "It says that it failed."
    TIMEOUT = "timeout", "It did not answer in time; it may have taken the message."
    UNREACHABLE = "unreachable", "No connection, or it broke; it may have taken the message."
    UNSUITED = "unsuited", "It does not go with our set-up: login, sender, encryption or secret."

    @property
    def retryable(self) -> bool:
        """True unless it is this address or this message that will never do."""
        lasting = {Undelivered.ADDRESS_UNUSABLE, Undelivered.REFUSED, Undelivered.REDIRECTED}
        return self not in lasting


class GatewayFailure(RedressError):
    """Something outside did not do what it was asked."""

    code = "gateway_failure"
    retryable: bool = False


class DepartmentUnavailable(GatewayFailure):
    """The system of department {department} gave no answer: {reason}."""

    code = "department_unavailable"

    def __init__(self, department: Department, reason: Silence) -> None:
        super().__init__(department, reason)
        self.department = department
        self.reason = reason
        self.retryable = reason.retryable


class OutcomeUnknown(GatewayFailure):
    """Whether {service} carried out {key} is not known; look it up under the same key."""

    code = "outcome_unknown"
    retryable = True

    def __init__(self, service: str, key: str) -> None:
        super().__init__(service, key)
        self.service = service
        self.key = key


class OrderRecordsUnavailable(GatewayFailure):
    """The shop's system does not say what was paid for an order: {reason}."""

    code = "order_records_unavailable"

    def __init__(self, reason: Silence) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = reason.retryable


class MessageUndelivered(GatewayFailure):
    """The channel {channel} did not take message {key}: {reason}."""

    code = "message_undelivered"

    def __init__(self, key: str, channel: Channel, reason: Undelivered) -> None:
        super().__init__(key, channel, reason)
        self.key = key
        self.channel = channel
        self.reason = reason
        self.retryable = reason.retryable


class SignatureInvalid(GatewayFailure):
    """The message does not prove who sent it: {reason}."""

    code = "signature_invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeyUnusable(GatewayFailure):
    """The key {key!r} cannot be signed: 1 to 256 ASCII characters, no blank, no full stop."""

    code = "key_unusable"

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class SecretUnusable(GatewayFailure):
    """A webhook secret is base64 of 24 to 64 random bytes, bare or after whsec_; make a new one."""

    code = "secret_unusable"


class AddressUnusable(GatewayFailure):
    """A system's address is http:// or https:// and a host, without user, password or query."""

    code = "address_unusable"


class MailServerUnusable(GatewayFailure):
    """A mail server is smtp://USER:PASSWORD@HOST:PORT or smtps://USER:PASSWORD@HOST:PORT."""

    code = "mail_server_unusable"


class SenderUnusable(GatewayFailure):
    """The sender of mail is ADDRESS or NAME <ADDRESS>, in one line and without quotation marks."""

    code = "sender_unusable"
