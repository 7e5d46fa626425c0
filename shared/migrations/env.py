"""Runs the revisions of one database in the transaction that was handed over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import TypeDecorator


def plain_type(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Our own column types are written as what they are in a database: they may change here."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


given = context.config.attributes
context.configure(
    connection=given["connection"],
    target_metadata=given.get("metadata"),
    render_as_batch=True,
    render_item=plain_type,
)
context.run_migrations()
