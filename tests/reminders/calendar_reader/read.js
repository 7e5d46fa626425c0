// Reads calendars (a JSON list of texts) and says what each appointment is: a JSON list of lists.
import ICAL from "ical.js";

const texts = JSON.parse(await new Response(process.stdin).text());

function appointment(component) {
  const event = new ICAL.Event(component, { strictExceptions: true });
  const start = component.getFirstProperty("dtstart");
  return {
    uid: event.uid,
    sequence: event.sequence,
    begins: event.startDate.toUnixTime(),
    ends: event.endDate.toUnixTime(),
    zone: start.getParameter("tzid") ?? "UTC",
    title: event.summary,
    words: event.description,
    status: component.getFirstPropertyValue("status"),
    organizer: component.getFirstPropertyValue("organizer"),
    attendees: component
      .getAllProperties("attendee")
      .map((one) => [one.getFirstValue(), one.getParameter("rsvp"), one.getParameter("partstat")]),
  };
}

function calendar(text) {
  ICAL.TimezoneService.reset();
  const whole = new ICAL.Component(ICAL.parse(text));
  for (const zone of whole.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  return {
    method: whole.getFirstPropertyValue("method"),
    appointments: whole.getAllSubcomponents("vevent").map(appointment),
  };
}

console.log(JSON.stringify(texts.map(calendar)));
