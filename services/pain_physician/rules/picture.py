"""The clinical picture of neuropathic pain as codes: cause, side, areas, kinds of pain, triggers.

The lists follow the working list of the centre. A centre confirms them before it reports with them;
they name what the patient describes and reproduce no questionnaire.
"""

from collections.abc import Mapping

from shared.i18n import N_

SOURCE = N_("Working list of the centre, to be confirmed by the centre.")

CAUSES: Mapping[str, str] = {
    "spinal-cord-injury": N_("Spinal cord injury"),
    "brainstem-lesion": N_("Brainstem lesion"),
    "stroke": N_("Stroke"),
    "multiple-sclerosis": N_("Multiple sclerosis"),
    "polyneuropathy-diabetes": N_("Polyneuropathy, diabetes"),
    "polyneuropathy-chemotherapy": N_("Polyneuropathy, chemotherapy"),
    "polyneuropathy-infection": N_("Polyneuropathy, infection"),
    "polyneuropathy-inflammation": N_("Polyneuropathy, inflammation"),
    "polyneuropathy-other": N_("Polyneuropathy, other cause"),
    "nerve-lesion-surgery": N_("Nerve lesion after surgery"),
    "nerve-lesion-trauma": N_("Nerve lesion after an injury"),
    "trigeminal": N_("Trigeminal pain"),
    "post-herpetic": N_("Pain after shingles"),
    "radiculopathy": N_("Radiculopathy"),
    "phantom": N_("Phantom pain"),
    "other": N_("Other cause"),
}

SIDES: Mapping[str, str] = {
    "left": N_("Left"),
    "right": N_("Right"),
    "both": N_("Both sides"),
    "midline": N_("Midline"),
}

AREAS: Mapping[str, str] = {
    "face": N_("Face"),
    "mouth": N_("Mouth"),
    "head": N_("Head"),
    "neck": N_("Neck"),
    "shoulder": N_("Shoulder"),
    "arm": N_("Arm"),
    "hand": N_("Hand"),
    "chest": N_("Chest"),
    "abdomen": N_("Abdomen"),
    "back": N_("Back and spine"),
    "pelvis": N_("Pelvis and perineum"),
    "thigh": N_("Thigh"),
    "leg": N_("Leg"),
    "foot": N_("Foot"),
    "half-body": N_("Half of the body"),
    "below-lesion": N_("Below the lesion"),
}

BACKGROUND: Mapping[str, str] = {
    "burning": N_("Burning"),
    "tightness": N_("Tightness or pressure"),
    "tingling": N_("Tingling"),
    "numbness": N_("Numbness"),
    "cold": N_("Painful cold"),
}

PAROXYSMS: Mapping[str, str] = {
    "stabbing": N_("Stabbing"),
    "electric-shocks": N_("Electric shocks"),
}

EVOKED: Mapping[str, str] = {
    "touch": N_("By light touch"),
    "pressure": N_("By pressure"),
    "cold": N_("By cold"),
    "heat": N_("By heat"),
    "movement": N_("By movement"),
}

TRIGGERS: Mapping[str, str] = {
    "climate": N_("Weather"),
    "fatigue": N_("Fatigue"),
    "stress": N_("Stress"),
    "emotion": N_("Emotion"),
    "other": N_("Something else"),
}

LIFE: Mapping[str, str] = {
    "work": N_("Work"),
    "family": N_("Family and social life"),
    "own-life": N_("Own life"),
    "sleep": N_("Sleep"),
    "mood": N_("Mood"),
}
"""How much the pain takes from each part of life: 0 nothing, 10 everything."""

PICTURE: Mapping[str, Mapping[str, str]] = {
    "cause": CAUSES,
    "side": SIDES,
    "areas": AREAS,
    "background": BACKGROUND,
    "paroxysms": PAROXYSMS,
    "evoked": EVOKED,
    "triggers": TRIGGERS,
    "life": LIFE,
}
"""Every list by the name of its field."""
