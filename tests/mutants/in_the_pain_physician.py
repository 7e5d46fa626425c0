"""Bugs by which a medicine, a decision or a wait would be recorded as it was not."""

from tests.mutants.bug import Bug

DECISIONS = "tests/pain_physician/test_decisions.py"
MEDICINES = "tests/pain_physician/test_medicines.py"
RULES = "tests/pain_physician/test_rules_of_medicines.py"
WAY = "tests/pain_physician/test_way.py"

BUGS = [
    Bug(
        "a medicine is taken twice at the same time",
        "services/pain_physician/rules/medication.py",
        "    return not (ends_before or begins_after)\n",
        "    return False\n",
        RULES + "::test_no_sequence_of_entries_leaves_something_impossible",
    ),
    Bug(
        "undoing a stop does not look at what was begun since",
        "services/pain_physician/actions/medication.py",
        "        if not medication.in_error:\n",
        "        if medication.in_error:\n",
        MEDICINES + "::test_the_same_medicine_is_not_taken_twice_at_a_time",
    ),
    Bug(
        "the name of a medicine that was typed travels openly",
        "services/pain_physician/actions/medication.py",
        "        drug=medication.drug,\n        drug_class=medication.drug_class,\n        dose=",
        "        drug=medication.name or medication.drug,\n"
        "        drug_class=medication.drug_class,\n        dose=",
        MEDICINES + "::test_a_medicine_without_a_place_on_the_list_counts_as_one_that_matters",
    ),
    Bug(
        "two physicians decide at one gate",
        "services/pain_physician/rules/deciding.py",
        "    if state != CLOSED:\n",
        "    if False:\n",
        DECISIONS + "::test_a_gate_is_upheld_and_nothing_is_decided_twice",
    ),
    Bug(
        "a decision here hides the one that counts",
        "services/pain_physician/actions/gates.py",
        "    if gate is None or gate.status == status:\n",
        "    if gate is None or gate.status != rules.CLOSED:\n",
        DECISIONS + "::test_when_two_decide_at_once_the_unit_that_is_held_up_counts",
    ),
    Bug(
        "a median leaves out those who still wait",
        "shared/measuring/waiting.py",
        "        at_risk = sum(wait.days >= days for wait in known)\n",
        "        at_risk = sum(wait.days >= days and wait.over for wait in known)\n",
        WAY + "::test_the_median_is_that_of_kaplan_and_meier",
    ),
]
