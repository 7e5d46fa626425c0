"""What the psychologist adds: therapy, and the scores of anxiety, depression, catastrophising."""

from shared.discipline.caring import Therapy

practice = Therapy(instruments=("hads-a", "hads-d", "pcs"), forms=("phq-9",))
