"""Views of the board: filters that a member keeps under a name, for himself or herself alone."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete as delete_rows
from sqlalchemy import func
from sqlmodel import col, select

from services.coordinator.actions.figures import Scope
from services.coordinator.tables import SavedView
from shared.errors import Invalid, NotFound, RuleBroken
from shared.i18n import N_
from shared.work import Work

MOST = 20
"""Views of one member: as many as can be told apart."""
LONGEST = 40
CAN_BE_HAD_BACK = timedelta(days=1)


def views_of(work: Work, member_id: UUID) -> Sequence[SavedView]:
    """The views of a member, by name."""
    kept = select(SavedView).where(
        SavedView.member_id == member_id, col(SavedView.deleted_at).is_(None)
    )
    return work.all(kept.order_by(func.lower(col(SavedView.name)), col(SavedView.id)))


def save(work: Work, name: str, asked: str) -> SavedView:
    """Keep filters under a name; `asked` is what stands for them in the address of the board."""
    kept = views_of(work, _owner(work))
    if len(kept) >= MOST:
        raise RuleBroken(N_("You keep %(num)s views already. Delete one first."), num=len(kept))
    view = SavedView(member_id=_owner(work), name=_free(name, kept), asked=asked, saved_at=work.now)
    work.add(view)
    return view


def rename(work: Work, view_id: UUID, name: str) -> SavedView:
    """Call a view otherwise."""
    view = own(work, view_id)
    others = [kept for kept in views_of(work, view.member_id) if kept.id != view.id]
    view.name = _free(name, others)
    return view


def open_first(work: Work, view_id: UUID) -> SavedView:
    """From now on the board opens with this view."""
    chosen = own(work, view_id)
    for view in views_of(work, chosen.member_id):
        view.opens_first = view.id == chosen.id
    return chosen


def open_plain(work: Work, view_id: UUID) -> SavedView:
    """The board opens without a view again."""
    view = own(work, view_id)
    view.opens_first = False
    return view


def delete(work: Work, view_id: UUID) -> SavedView:
    """Take a view away. For a day it can be had back; then it is gone for good."""
    view = own(work, view_id)
    view.deleted_at, view.opens_first = work.now, False
    work.session.execute(
        delete_rows(SavedView).where(col(SavedView.deleted_at) < work.now - CAN_BE_HAD_BACK)
    )
    return view


def restore(work: Work, view_id: UUID) -> SavedView:
    """Have a view back that was just deleted."""
    view = own(work, view_id, deleted=True)
    view.name = _free(view.name, views_of(work, view.member_id))
    view.deleted_at = None
    return view


def own(work: Work, view_id: UUID, *, deleted: bool = False) -> SavedView:
    """A view of the member who acts; nobody learns of those of others."""
    view = work.get(SavedView, view_id)
    if view.member_id != _owner(work) or (view.deleted_at is not None) != deleted:
        raise NotFound
    return view


def _owner(work: Work) -> UUID:
    """Whoever may see the board at all."""
    member_id = Scope.of(work.viewer).member_id
    assert member_id  # noqa: S101 - the scope of a viewer has one
    return member_id


def _free(name: str, others: Sequence[SavedView]) -> str:
    """The name without needless spaces, if it is one and none of the others has it."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise Invalid(N_("Give the view a name of 1 to 40 letters."), field="name")
    if name.casefold() in {other.name.casefold() for other in others}:
        raise Invalid(N_("You have a view with this name already."), field="name")
    return name
