"""This machine: Python, data directory, configuration, keys, and where the servers should be."""

from __future__ import annotations

import os
import platform
import shutil
import sys

from cli.diagnosis.finding import Finding, State
from domain.chain import policy_version
from runtime.config import load_config
from runtime.kek import load_kek
from runtime.run_file import find_setup
from runtime.settings import Settings

NEEDED_PYTHON = (3, 11)
MEBI = 1024 * 1024
LITTLE_DISK = 2048 * MEBI
TOO_LITTLE_DISK = 200 * MEBI


def python() -> Finding:
    """Judge the version of Python."""
    what = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info >= NEEDED_PYTHON:
        return Finding("Python", State.OK, what)
    return Finding("Python", State.FAIL, what, "Install Python 3.11 or newer")


def data_directory(settings: Settings) -> Finding:
    """Judge whether data can be written, and how much still fit."""
    part, directory = "data directory", settings.data_dir.absolute()
    if not directory.is_dir():
        remedy = "`redress up` makes it; or name another with --data-dir"
        return Finding(part, State.WARN, f"{directory} does not exist", remedy)
    if not os.access(directory, os.W_OK | os.X_OK):
        remedy = "Run Redress as its owner, or name another with --data-dir"
        return Finding(part, State.FAIL, f"{directory} cannot be written", remedy)
    free = shutil.disk_usage(directory).free
    what = f"{directory}, {free // MEBI:,} MiB free"
    if free >= LITTLE_DISK:
        return Finding(part, State.OK, what)
    state = State.WARN if free >= TOO_LITTLE_DISK else State.FAIL
    return Finding(part, state, what, "Make room on this disk, or move the directory")


def configuration(settings: Settings) -> Finding:
    """Judge policy, triage rules, phrases and templates; raises what is wrong with them."""
    config = load_config(settings.config_dir)
    what = f"{settings.config_dir}, policy {policy_version(config.policy)}"
    return Finding("configuration", State.OK, what)


def key(settings: Settings) -> Finding:
    """Judge the key-encryption key; raises KekUnusable."""
    kek = load_kek(settings)
    place = "REDRESS_KEK" if settings.kek else f"{settings.data_dir / 'kek'}, for its owner only"
    return Finding("key-encryption key", State.OK, f"{kek.id} in {place}")


def setup(settings: Settings) -> Finding:
    """Judge whether servers are known; raises NothingRunning or SetupMixed."""
    found = find_setup(settings)
    source = "the environment" if found.pid is None else f"`redress up`, process {found.pid}"
    return Finding("set-up", State.OK, f"named by {source}")
