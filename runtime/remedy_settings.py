"""Where remedies are carried out and orders looked up, if not in our own tables."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo
from pydantic_settings import BaseSettings

from runtime.addresses import is_web_address


def expect_web_address(url: str | None) -> str | None:
    """Refuse what is no address of a service."""
    if url is not None and not is_web_address(url):
        raise ValueError("write http://HOST:PORT or https://HOST")
    return url


def expect_with_url(secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    """Refuse an address without the secret that belongs to it."""
    url = str(info.field_name).replace("_secret", "_url")
    if secret is None and info.data.get(url) is not None:
        raise ValueError(f"set it too: requests to REDRESS_{url.upper()} are signed with it")
    return secret


Url = Annotated[str | None, AfterValidator(expect_web_address)]
Secret = Annotated[SecretStr | None, AfterValidator(expect_with_url), Field(validate_default=True)]


class RemedySettings(BaseSettings):
    """Two settings for each system; without them our own ledger and table do its work."""

    remedy_url: Url = None
    remedy_secret: Secret = None
    order_url: Url = None
    order_secret: Secret = None

    @property
    def remedy_system(self) -> tuple[str, str] | None:
        """Address and secret of the system that carries out remedies, if there is one."""
        return _system(self.remedy_url, self.remedy_secret)

    @property
    def order_system(self) -> tuple[str, str] | None:
        """Address and secret of the system that knows orders, if there is one."""
        return _system(self.order_url, self.order_secret)


def _system(url: str | None, secret: SecretStr | None) -> tuple[str, str] | None:
    return None if url is None or secret is None else (url, secret.get_secret_value())
