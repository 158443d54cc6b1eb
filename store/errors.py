"""What can go wrong in our memory.

StoreError
├── StoreUnavailable        PostgreSQL is away or too slow: try again
├── StoreRefused            PostgreSQL does not let us in: address, name or password
├── SchemaMissing           the database is not migrated
├── CommitsNotDurable       a crash of PostgreSQL would lose what it acknowledged
├── PolicyUnknown           a complaint names a policy that was never saved
├── ComplaintIdTaken        two complaints under one internal id
├── KeyUnavailable
│   ├── KeyUnknown          no such complaint in the vault
│   ├── KeyDestroyed        the person was erased
│   └── KekDiffers          sealed under another key-encryption key
├── KekMalformed            the key-encryption key is not one
├── SealBroken              altered, or belonging elsewhere
├── JournalForked           two histories of one case
├── JournalGap              a batch that does not continue its journal
├── PaidDiffers             two amounts paid for one order
├── DoorKeyUnknown          no key of this id is registered
├── DoorKeyLast             without it no door could sign
├── DoorKeyForeign          a door with keys that no case trusts
└── MigrationProblem
    ├── MigrationMissing    a gap in the numbers
    ├── MigrationChanged    an applied file is not what it was
    ├── MigrationUnknown    the database is newer than the program
    └── MigrationFailed     PostgreSQL refused a file

The docstring of each class is its message; it holds codes and numbers, never personal data.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.errors import RedressError


class StoreError(RedressError):
    """The store could not do what it was asked."""

    code = "store_error"


@dataclass(eq=False)
class StoreUnavailable(StoreError):
    """PostgreSQL is away or too slow ({reason}); nothing is known to be written, try again soon."""

    code = "temporarily_unavailable"
    reason: str


@dataclass(eq=False)
class StoreRefused(StoreError):
    """PostgreSQL refuses the connection ({reason}); check REDRESS_DATABASE_URL."""

    code = "store_refused"
    reason: str


class SchemaMissing(StoreError):
    """The database lacks the tables or the role of Redress; run `redress db migrate`."""

    code = "schema_missing"


class CommitsNotDurable(StoreError):
    """PostgreSQL runs with synchronous_commit = off and may lose what it accepted; set it on."""

    code = "commits_not_durable"


@dataclass(eq=False)
class PolicyUnknown(StoreError):
    """The policy {version} is not stored; save it before accepting complaints under it."""

    code = "policy_unknown"
    version: str


@dataclass(eq=False)
class ComplaintIdTaken(StoreError):
    """The complaint id {complaint_id} belongs to another complaint; make a new one."""

    code = "complaint_id_taken"
    complaint_id: str


@dataclass(eq=False)
class KeyUnavailable(StoreError):
    """The key of complaint {complaint_id} cannot be had."""

    code = "key_unavailable"
    complaint_id: str


class KeyUnknown(KeyUnavailable):
    """The vault holds no key of complaint {complaint_id}."""

    code = "key_unknown"


class KeyDestroyed(KeyUnavailable):
    """The key of complaint {complaint_id} was destroyed; its texts can never be read again."""

    code = "key_destroyed"


@dataclass(eq=False)
class KekDiffers(KeyUnavailable):
    """The key of complaint {complaint_id} is wrapped under another key than {kek_id}.

    Start Redress with the key-encryption key under which the complaint was accepted.
    """

    code = "kek_differs"
    kek_id: str


@dataclass(eq=False)
class KekForeign(StoreError):
    """Complaints were accepted under the key-encryption key {needed}; this one is {present}.

    Start with the key of then: REDRESS_KEK, or the file `kek` of its data directory.
    """

    code = "kek_differs"
    needed: str
    present: str


@dataclass(eq=False)
class KekMalformed(StoreError):
    """A key-encryption key is 32 random bytes, not {length}."""

    code = "kek_malformed"
    length: int


@dataclass(eq=False)
class SealBroken(StoreError):
    """The sealed {field} of complaint {complaint_id} was altered or sealed for another place."""

    code = "seal_broken"
    complaint_id: str
    field: str


@dataclass(eq=False)
class JournalForked(StoreError):
    """Event {seq} of complaint {number} is in the journal with another hash; nothing was written.

    Two histories of one case exist, for instance after a reset: stop one of them.
    """

    code = "journal_fork"
    number: int
    seq: int


@dataclass(eq=False)
class JournalGap(StoreError):
    """Event {seq} of complaint {number} has no predecessor in the journal; nothing was written."""

    code = "journal_gap"
    number: int
    seq: int


@dataclass(eq=False)
class PaidDiffers(StoreError):
    """For the order {order} another amount or currency stands as paid; nothing was changed."""

    code = "paid_conflict"
    order: str


@dataclass(eq=False)
class DoorKeyUnknown(StoreError):
    """There is no door key {key_id}; `redress keys list` shows them."""

    code = "door_key_unknown"
    key_id: str


@dataclass(eq=False)
class DoorKeyLast(StoreError):
    """The door key {key_id} is the only one in force; make another first, by `redress keys new`."""

    code = "door_key_last"
    key_id: str


@dataclass(eq=False)
class DoorKeyForeign(StoreError):
    """No case would believe this door: its signing keys ({present}) are unknown or retired.

    In force are {in_force}. Give it one of those (REDRESS_SIGNING_KEY, or the file `signing_keys`
    of its data directory), or register its own with `redress keys new`.
    """

    code = "door_key_foreign"
    present: str
    in_force: str


@dataclass(eq=False)
class MigrationProblem(StoreError):
    """The migration {name} cannot be applied."""

    code = "migration_problem"
    name: str


class MigrationMissing(MigrationProblem):
    """Where the migration {name} belongs stands another; number them 0001, 0002, … gaplessly."""

    code = "migration_missing"


class MigrationChanged(MigrationProblem):
    """The migration {name} was changed after it was applied; put it back and write a new one."""

    code = "migration_changed"


class MigrationUnknown(MigrationProblem):
    """The database has the migration {name}, which this program lacks; use the newer program."""

    code = "migration_unknown"


@dataclass(eq=False)
class MigrationFailed(MigrationProblem):
    """The migration {name} failed and left no trace: {reason}."""

    code = "migration_failed"
    reason: str
