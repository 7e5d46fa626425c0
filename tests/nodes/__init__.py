"""Servers that a test owns alone, so that it may kill, freeze and cut them off."""

from tests.nodes.postgres import PrivatePostgres
from tests.nodes.proxy import Proxy
from tests.nodes.rabbit import PrivateRabbit

__all__ = ["PrivatePostgres", "PrivateRabbit", "Proxy"]
