"""What the psycho-physical therapist adds to the work of all disciplines: therapy."""

from shared.discipline.caring import Therapy

practice = Therapy()
