"""What changed between assessments, and referrals that took each other's place."""

from uuid import UUID

from shared.discipline import actions as discipline
from tests.clinic import Clinic
from tests.pain_physician.hands import (
    API,
    PAGES,
    PICTURE,
    ok,
    press,
    referred,
    registered,
    words_of,
)


def test_assessments_stand_side_by_side_with_what_changed(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    page = f"{PAGES}/patients/{patient_id}/assessments"
    assert "Nothing to compare yet" in words_of(browser.get(page))
    for changes in ({}, {"nrs_average": 4}, {"nrs_average": 3}, {"work": 2}, {"dn4": None}):
        picture = {**PICTURE, **changes}
        ok(browser.post(f"{API}/patients/{patient_id}/assessments", json=picture))
    shown = words_of(browser.get(page))
    rows = {row.split("</th>")[0]: row for row in shown.split('<th scope="row">')[1:]}
    assert "changed" not in rows["Cause"].partition("</tr>")[0]
    pain = rows["Average pain"].partition("</tr>")[0]
    assert pain.count("<td>6</td>") == 3, "the first one and the last three"
    assert "changed" in pain
    dn4 = rows["DN4 total"].partition("</tr>")[0]
    assert ("not asked" in dn4, "changed" in dn4) == (True, False)
    assert clinic.http(clinic.operator).get(page).status_code == 403


def test_a_referral_onward_keeps_the_chain(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    first = referred(clinic, patient_id)
    with clinic.work("rtms_unit", clinic.operator) as work:
        why, step = "other-service-better", "refer-onward"
        discipline.decline(work, UUID(first), why, step, onward_to="psychologist")
    form = f"/patients/{patient_id}/refer"
    offered = browser.get(f"{PAGES}{form}?replaces={first}").text
    asked = offered.split('name="question-psychologist"')[1].split("</textarea>")[0]
    assert "Is rTMS possible?" in asked, "the question goes on to where the unit sends it"
    fields = {"question-psychologist": "How does she cope?", "replaces": first}
    assert press(browser, form, **fields).is_redirect
    clinic.settle()
    second = ok(browser.get(f"{API}/sent/{first}"))["referral"]["replaced_by"]
    with clinic.work("psychologist", clinic.psychologist) as work:
        why, step = "capacity", "refer-again-when"
        discipline.decline(work, UUID(second), why, step, note="After the summer.")
    third = referred(clinic, patient_id, "psychologist", question="And now?", replaces=second)
    for one in (first, second, third):
        page = words_of(browser.get(f"{PAGES}/sent/{one}"))
        chain = page.split("The chain of referrals")[1].split("</ol>")[0]
        assert chain.count("<li>") == 3
        assert chain.count("this one") == 1
        assert all(f"/sent/{other}" in chain for other in {first, second, third} - {one})
