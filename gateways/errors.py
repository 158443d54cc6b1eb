"""Why the outside world did not do what it was asked; `retryable` says whether to ask again.

GatewayFailure
├── DepartmentUnavailable   a department's system gave no answer (see `Silence`)
├── OutcomeUnknown          it may or may not have happened: look it up under the same key
├── ResendRefused           the resend service declines for good
├── MessageUndelivered      a channel did not take a message
├── SignatureInvalid        a message does not prove who sent it
├── KeyUnusable             a key cannot be signed (our own mistake)
├── SecretUnusable          a shared secret is not one (our own set-up is wrong)
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


class ResendRefused(GatewayFailure):
    """The resend {key} was declined for good: {reason}; a person must see to it."""

    code = "resend_refused"

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(key, reason)
        self.key = key
        self.reason = reason


class MessageUndelivered(GatewayFailure):
    """The channel {channel} did not take message {key}: {reason}."""

    code = "message_undelivered"

    def __init__(self, key: str, channel: Channel, reason: str, *, retryable: bool) -> None:
        super().__init__(key, channel, reason)
        self.key = key
        self.channel = channel
        self.reason = reason
        self.retryable = retryable


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
