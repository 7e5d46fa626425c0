"""Who may act here: only physicians of this unit register, assess, refer and answer."""

from shared.work import Work


def may_act(work: Work) -> None:
    """Coordinators and other units read at most, see `shared.discipline.reading`."""
    work.require(*work.directory.plate(work.service).roles, unit=work.service)
