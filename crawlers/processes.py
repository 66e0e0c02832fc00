"""Processes: how one is named in the store, whether it lives, and how much memory it has."""

from __future__ import annotations

import os

import psutil

_MB = 1024 * 1024


def owner_name() -> str:
    """Who holds a lease: machine, process id and its start, so that a reused id is told apart."""
    process = psutil.Process()
    return f"{os.uname().nodename}/{process.pid}/{process.create_time():.2f}"


def is_alive(owner: str) -> bool:
    """Whether the process behind an owner's name lives; processes of other machines count as living."""
    node, pid, began = owner.rsplit("/", 2)
    if node != os.uname().nodename:
        return True
    try:
        process = psutil.Process(int(pid))
        # Where no init process collects it, a killed process stays as a zombie.
        return abs(process.create_time() - float(began)) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def memory_mb(pid: int) -> float:
    """Resident memory of a process; 0 once it has ended."""
    try:
        return float(psutil.Process(pid).memory_info().rss) / _MB
    except psutil.NoSuchProcess:
        return 0.0
