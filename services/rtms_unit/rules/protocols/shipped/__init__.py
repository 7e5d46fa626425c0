"""The protocols that Relais brings along; a centre adds its own, and confirms what is marked.

A version that stands here is never changed: a course may run by it. What is better known later
becomes the next version.
"""

from services.rtms_unit.rules.protocols.shipped.hodaj import HODAJ_2015
from services.rtms_unit.rules.protocols.shipped.induction import INDUCTION_10
from services.rtms_unit.rules.protocols.shipped.peripheral import RPMS
from services.rtms_unit.rules.protocols.shipped.saint_etienne import SAINT_ETIENNE
from services.rtms_unit.rules.protocols.shipped.transnep import TRANSNEP

SHIPPED = (TRANSNEP, HODAJ_2015, SAINT_ETIENNE, INDUCTION_10, RPMS)
