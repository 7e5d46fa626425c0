/* Keeps what a person has typed in this tab until it is saved, so that a lost connection costs nothing.
   A form takes part with data-draft="<what>-<id>-<version>": once saved, the version has moved on. */
(() => {
  "use strict";
  const PREFIX = "relais.draft.";
  const keep = sessionStorage;
  const named = (form) => [...form.elements].filter((c) => c.name && !["hidden", "password", "file", "submit"].includes(c.type));
  const ticked = (control) => control.type === "radio" || control.type === "checkbox";

  // Nobody else who takes this tablet reads a draft: it leaves with the person.
  const forget = () => Object.keys(keep).filter((k) => k.startsWith(PREFIX)).forEach((k) => keep.removeItem(k));
  const signOut = document.querySelector('form[action="/accounts/sign-out"]');
  if (!signOut) forget();
  signOut?.addEventListener("submit", forget);

  function read(form) {
    return named(form).map((c) => (ticked(c) ? [c.name, c.value, c.checked] : [c.name, null, c.value]));
  }

  function fill(form, draft) {
    let changed = false;
    for (const control of named(form)) {
      const found = draft.find(([name, value]) => name === control.name && (value === null || value === control.value));
      if (!found) continue;
      const property = ticked(control) ? "checked" : "value";
      changed ||= control[property] !== found[2];
      control[property] = found[2];
    }
    return changed;
  }

  function say(form, sentence) {
    form.querySelector("[data-draft-note]")?.remove();
    const note = document.createElement("p");
    note.className = "notice is-soon";
    note.dataset.draftNote = "";
    note.setAttribute("role", "status");
    note.textContent = sentence;
    form.prepend(note);
  }

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = PREFIX + form.dataset.draft;
    const stored = keep.getItem(key);
    if (stored && fill(form, JSON.parse(stored))) say(form, form.dataset.draftRestored);
    form.addEventListener("input", () => keep.setItem(key, JSON.stringify(read(form))));
    form.addEventListener("submit", (event) => {
      if (navigator.onLine) return;
      event.preventDefault();
      say(form, form.dataset.draftOffline);
      form.firstElementChild.scrollIntoView({ block: "center" });
    });
  }
})();
