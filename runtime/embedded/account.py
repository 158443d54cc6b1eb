"""The account a server runs as, and whether it may reach a directory."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded.errors import ServerAccountMissing

# initdb wants an entry in passwd, so a bare numeric uid would not do.
SERVER_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user of the system, as PostgreSQL is run."""

    name: str
    uid: int
    gid: int

    @property
    def is_own(self) -> bool:
        return self.uid == os.geteuid()


def server_account(cluster: Path) -> Account:
    """Return who runs PostgreSQL: ourselves, or for root a lesser account.

    An existing cluster stays with its owner, because PostgreSQL starts for nobody else.
    """
    if os.geteuid() != 0:
        return _own_account()
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(str(owner.st_uid), owner.st_uid, owner.st_gid)
    return _lesser_account()


def barrier_for(account: Account, directory: Path) -> Path | None:
    """Return the first directory on the way to and including `directory` closed to `account`."""
    way = [*reversed(directory.parents), directory]
    return next((step for step in way if step.exists() and not _may_enter(account, step)), None)


def hand_over(path: Path, account: Account) -> None:
    """Make `account` the owner of `path` itself, if that is not us already."""
    if not account.is_own:
        os.chown(path, account.uid, account.gid)


def _own_account() -> Account:
    uid = os.geteuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    return Account(name, uid, os.getegid())


def _lesser_account() -> Account:
    for name in SERVER_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ServerAccountMissing(names=", ".join(SERVER_ACCOUNTS))


def _may_enter(account: Account, directory: Path) -> bool:
    if account.is_own:
        return os.access(directory, os.X_OK)
    facts = directory.stat()
    if facts.st_uid == account.uid:
        return bool(facts.st_mode & stat.S_IXUSR)
    if facts.st_gid == account.gid:
        return bool(facts.st_mode & stat.S_IXGRP)
    return bool(facts.st_mode & stat.S_IXOTH)
