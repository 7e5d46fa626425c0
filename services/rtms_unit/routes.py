"""JSON for the rTMS unit: the routes of every discipline."""

from shared.discipline.routes import discipline_router

router = discipline_router()
