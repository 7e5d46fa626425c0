"""Pages for the psycho-physical therapist: the pages of every discipline."""

from shared.discipline.pages import discipline_pages

router = discipline_pages()
