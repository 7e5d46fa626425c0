"""Medicines against neuropathic pain: their class, their usual unit, and what touches seizure risk.

The list is the working list of the centre. ATC codes are those of the WHO index, left out where
they were not certain. Which medicine matters for the risk of a seizure under stimulation is only
remembered, after the lists of the safety guidelines: the centre confirms it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.i18n import N_

SOURCE = N_("Working list of the centre, to be confirmed by the centre.")
SEIZURE_SOURCE = N_(
    "After the safety guidelines for rTMS (Rossi et al., Clinical Neurophysiology 2009), "
    "as remembered; to be confirmed by the centre."
)
OTHER = "other"

CLASSES: Mapping[str, str] = {
    "tca": N_("Tricyclic antidepressant"),
    "snri": N_("Serotonin-noradrenaline reuptake inhibitor (SNRI)"),
    "gabapentinoid": N_("Gabapentinoid"),
    "lidocaine-patch": N_("Lidocaine patch"),
    "capsaicin-patch": N_("Capsaicin patch, high strength"),
    "capsaicin-cream": N_("Capsaicin cream"),
    "botulinum-toxin": N_("Botulinum toxin type A"),
    "weak-opioid": N_("Weak opioid"),
    "strong-opioid": N_("Strong opioid"),
    "sodium-channel-blocker": N_("Sodium channel blocker"),
    "other-antiepileptic": N_("Other antiepileptic"),
    "other-antidepressant": N_("Other antidepressant"),
    "benzodiazepine": N_("Benzodiazepine"),
    "cannabinoid": N_("Cannabinoid"),
    "nmda-antagonist": N_("NMDA antagonist"),
    "muscle-relaxant": N_("Muscle relaxant"),
    "simple-analgesic": N_("Paracetamol or anti-inflammatory"),
    OTHER: N_("Other medicine"),
}

UNITS: Mapping[str, str] = {
    "mg/d": N_("mg a day"),
    "ug/h": N_("µg an hour"),
    "{patch}/d": N_("patches a day"),
    "{application}/d": N_("applications a day"),
    "{patch}": N_("patches, one application"),
    "[arb'U]": N_("units, one treatment"),
}
"""Units of a dose as UCUM writes them, and in words."""


@dataclass(frozen=True)
class Drug:
    """A medicine of the list. `seizure_risk`: a change of it is looked at before a stimulation."""

    code: str
    title: str
    drug_class: str
    atc: str = ""
    unit: str = "mg/d"
    seizure_risk: bool = False


_LIST = (
    Drug("amitriptyline", N_("Amitriptyline"), "tca", "N06AA09", seizure_risk=True),
    Drug("clomipramine", N_("Clomipramine"), "tca", "N06AA04", seizure_risk=True),
    Drug("imipramine", N_("Imipramine"), "tca", "N06AA02", seizure_risk=True),
    Drug("nortriptyline", N_("Nortriptyline"), "tca", "N06AA10", seizure_risk=True),
    Drug("duloxetine", N_("Duloxetine"), "snri", "N06AX21", seizure_risk=True),
    Drug("venlafaxine", N_("Venlafaxine"), "snri", "N06AX16", seizure_risk=True),
    Drug("milnacipran", N_("Milnacipran"), "snri", "N06AX17", seizure_risk=True),
    Drug("gabapentin", N_("Gabapentin"), "gabapentinoid", "N02BF01", seizure_risk=True),
    Drug("pregabalin", N_("Pregabalin"), "gabapentinoid", "N02BF02", seizure_risk=True),
    Drug("lidocaine-5-patch", N_("Lidocaine patch"), "lidocaine-patch", unit="{patch}/d"),
    Drug(
        "capsaicin-8-patch", N_("Capsaicin patch, high strength"), "capsaicin-patch", unit="{patch}"
    ),
    Drug("capsaicin-cream", N_("Capsaicin cream"), "capsaicin-cream", unit="{application}/d"),
    Drug(
        "botulinum-toxin-a",
        N_("Botulinum toxin type A"),
        "botulinum-toxin",
        "M03AX01",
        unit="[arb'U]",
    ),
    Drug("tramadol", N_("Tramadol"), "weak-opioid", "N02AX02", seizure_risk=True),
    Drug("codeine", N_("Codeine"), "weak-opioid"),
    Drug("morphine", N_("Morphine"), "strong-opioid", "N02AA01"),
    Drug("oxycodone", N_("Oxycodone"), "strong-opioid", "N02AA05"),
    Drug("hydromorphone", N_("Hydromorphone"), "strong-opioid", "N02AA03"),
    Drug("fentanyl-patch", N_("Fentanyl patch"), "strong-opioid", "N02AB03", unit="ug/h"),
    Drug("buprenorphine-patch", N_("Buprenorphine patch"), "strong-opioid", "N02AE01", "ug/h"),
    Drug("methadone", N_("Methadone"), "strong-opioid", "N07BC02"),
    Drug("tapentadol", N_("Tapentadol"), "strong-opioid", "N02AX06", seizure_risk=True),
    Drug(
        "carbamazepine",
        N_("Carbamazepine"),
        "sodium-channel-blocker",
        "N03AF01",
        seizure_risk=True,
    ),
    Drug(
        "oxcarbazepine",
        N_("Oxcarbazepine"),
        "sodium-channel-blocker",
        "N03AF02",
        seizure_risk=True,
    ),
    Drug("lamotrigine", N_("Lamotrigine"), "sodium-channel-blocker", "N03AX09", seizure_risk=True),
    Drug("lacosamide", N_("Lacosamide"), "sodium-channel-blocker", "N03AX18", seizure_risk=True),
    Drug("mexiletine", N_("Mexiletine"), "sodium-channel-blocker", "C01BB02", seizure_risk=True),
    Drug("topiramate", N_("Topiramate"), "other-antiepileptic", "N03AX11", seizure_risk=True),
    Drug("valproate", N_("Valproate"), "other-antiepileptic", "N03AG01", seizure_risk=True),
    Drug("levetiracetam", N_("Levetiracetam"), "other-antiepileptic", "N03AX14", seizure_risk=True),
    Drug("bupropion", N_("Bupropion"), "other-antidepressant", "N06AX12", seizure_risk=True),
    Drug("fluoxetine", N_("Fluoxetine"), "other-antidepressant", "N06AB03", seizure_risk=True),
    Drug("sertraline", N_("Sertraline"), "other-antidepressant", "N06AB06", seizure_risk=True),
    Drug("paroxetine", N_("Paroxetine"), "other-antidepressant", "N06AB05", seizure_risk=True),
    Drug("mirtazapine", N_("Mirtazapine"), "other-antidepressant", "N06AX11", seizure_risk=True),
    Drug("clonazepam", N_("Clonazepam"), "benzodiazepine", "N03AE01", seizure_risk=True),
    Drug("diazepam", N_("Diazepam"), "benzodiazepine", "N05BA01", seizure_risk=True),
    Drug("cannabidiol", N_("Cannabidiol"), "cannabinoid", "N03AX24", seizure_risk=True),
    Drug("dronabinol", N_("Dronabinol"), "cannabinoid", "A04AD10"),
    Drug("ketamine", N_("Ketamine"), "nmda-antagonist", "N01AX03", seizure_risk=True),
    Drug("baclofen", N_("Baclofen"), "muscle-relaxant", "M03BX01", seizure_risk=True),
    Drug("paracetamol", N_("Paracetamol"), "simple-analgesic", "N02BE01"),
    Drug("ibuprofen", N_("Ibuprofen"), "simple-analgesic", "M01AE01"),
    Drug(OTHER, N_("Another medicine"), OTHER, seizure_risk=True),
)
DRUGS: Mapping[str, Drug] = {drug.code: drug for drug in _LIST}
"""What is not on the list counts as one that matters until somebody says that it does not."""

STOP_REASONS: Mapping[str, str] = {
    "no-effect": N_("No effect"),
    "adverse-effect": N_("Adverse effect"),
    "habituation": N_("The effect wore off (habituation)"),
    "patient-choice": N_("The patient's choice"),
    "other": N_("Another reason"),
}

RELIEF: Mapping[str, str] = {
    "none": N_("no relief"),
    "minimal": N_("minimal relief"),
    "moderate": N_("moderate relief"),
    "substantial": N_("substantial relief"),
}
"""Under 10 %, 10 to 29, 30 to 49, 50 and more (30 % and 50 %: Dworkin et al., J Pain 2008)."""

ADVERSE_EFFECTS: Mapping[str, str] = {
    "sedation": N_("Drowsiness"),
    "dizziness": N_("Dizziness"),
    "nausea": N_("Nausea or vomiting"),
    "constipation": N_("Constipation"),
    "dry-mouth": N_("Dry mouth"),
    "weight-gain": N_("Weight gain"),
    "oedema": N_("Swelling"),
    "sweating": N_("Sweating"),
    "confusion": N_("Confusion or poor memory"),
    "falls": N_("Falls"),
    "urinary-retention": N_("Trouble passing urine"),
    "sexual": N_("Sexual trouble"),
    "palpitations": N_("Palpitations or heart rhythm"),
    "mood": N_("Low or unstable mood"),
    "skin": N_("Skin reaction"),
    "dependence": N_("Dependence or withdrawal"),
    "seizure": N_("Seizure"),
    "other": N_("Another adverse effect"),
}
