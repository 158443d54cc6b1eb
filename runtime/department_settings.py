"""Where each department's own system is, and the secret with which it is asked."""

from __future__ import annotations

from pydantic_settings import BaseSettings

from runtime.remedy_settings import Secret, Url
from schemas.vocabulary import Department


class DepartmentSettings(BaseSettings):
    """Two settings for each department; one without them answers its checks from its inbox."""

    warehouse_url: Url = None
    warehouse_secret: Secret = None
    logistics_url: Url = None
    logistics_secret: Secret = None
    quality_url: Url = None
    quality_secret: Secret = None
    legal_url: Url = None
    legal_secret: Secret = None
    after_sales_url: Url = None
    after_sales_secret: Secret = None
    store_operations_url: Url = None
    store_operations_secret: Secret = None

    def system_of(self, department: Department) -> tuple[str, str] | None:
        """Return address and secret of a department's system, if it has one."""
        url: Url = getattr(self, f"{department}_url")
        secret: Secret = getattr(self, f"{department}_secret")
        return None if url is None or secret is None else (url, secret.get_secret_value())
