"""What the psycho-physical therapist hears: what every discipline hears."""

from shared.discipline.handlers import discipline_handlers

handlers = discipline_handlers()
