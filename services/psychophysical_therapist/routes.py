"""JSON for the psycho-physical therapist: the routes of every discipline."""

from shared.discipline.routes import discipline_router

router = discipline_router()
