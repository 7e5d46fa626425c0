/* Says whether the page is live, holds changes while a person reads in peace, and catches up after a gap. */
(() => {
  "use strict";
  const stream = document.getElementById("live");
  const status = document.getElementById("live-status");
  const pause = document.getElementById("live-pause");
  if (!stream || !status) return;

  const words = status.dataset;
  const part = (name) => status.querySelector(`[data-part="${name}"]`);
  const language = document.documentElement.lang;
  const clock = new Intl.DateTimeFormat(language, {
    hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: words.zone,
  });
  const plural = new Intl.PluralRules(language);
  let connected = false;
  let paused = false;
  let waiting = 0;

  function show() {
    const state = paused ? "paused" : connected ? "live" : "reconnecting";
    status.hidden = false;
    if (status.dataset.state !== state || !part("word").textContent) part("word").textContent = words[state];
    status.dataset.state = state;
    const count = plural.select(waiting) === "one" ? words.one : words.many.replace("{n}", waiting);
    part("waiting").textContent = waiting ? count : "";
    part("waiting").hidden = !waiting;
    if (!pause) return;  // a wall screen, where nobody could press it
    pause.hidden = false;
    const label = paused ? words.resume : words.pause;
    pause.querySelector('[data-part="label"]').textContent = label;
    pause.setAttribute("aria-label", label);
    pause.querySelector("use").setAttribute("href", paused ? "#i-play" : "#i-pause");
  }

  function updated() {
    const now = new Date();
    part("time").dateTime = now.toISOString();
    part("time").textContent = clock.format(now);
  }

  function refresh() {
    waiting = 0;
    htmx.trigger(stream, "changed");
  }

  function retry() {
    connected = false;
    show();
    setTimeout(() => htmx.trigger(stream, "retry"), 3000);
  }

  // A session that ended while the page was open: the server sends the person to the sign-in page. A wall screen that was
  // switched off is gone (404).
  const signedOut = (code) => code === 401 || code === 403 || code === 404;

  // Ages and "has not answered since" grow while nothing changes.
  setInterval(() => { if (connected && !paused) refresh(); }, 60000);

  stream.addEventListener("htmx:sse:after:connection", (event) => {
    if (signedOut(event.detail.connection.status)) return location.reload();
    connected = true;
    show();
  });
  stream.addEventListener("htmx:sse:before:connection", (event) => {
    if (event.detail.connection.attempt > 0) { connected = false; show(); }
  });
  stream.addEventListener("htmx:sse:error", (event) => {
    if (signedOut(event.detail.status)) return location.reload();
    connected = false;
    show();
  });
  stream.addEventListener("htmx:sse:close", (event) => { if (event.detail.reason === "ended") retry(); });
  stream.addEventListener("htmx:error", (event) => { if (event.target === stream) retry(); });
  stream.addEventListener("htmx:response:error", (event) => {
    if (event.target !== stream) return;
    if (signedOut(event.detail.ctx.response.status)) location.reload();
    else retry();
  });
  stream.addEventListener("htmx:sse:before:message", (event) => {
    // What happened before the stream began is unknown: in a gap, or since the page was drawn.
    if (!paused && event.detail.message.event === "ready") refresh();
    if (!paused) return;
    event.preventDefault();
    waiting += 1;
    show();
  });

  // Nothing of a patient is kept in the browser's cache: a region itself remembers which answer it shows.
  document.addEventListener("htmx:config:request", (event) => {
    const shown = event.target.matches?.("[data-live-region]") && event.target.dataset.shown;
    if (shown) event.detail.ctx.request.headers["If-None-Match"] = shown;
  });

  // A region takes only a good answer of its own address: no error page, no sign-in page.
  document.addEventListener("htmx:before:response", (event) => {
    if (!event.target.matches?.("[data-live-region]")) return;
    const answer = event.detail.ctx.response.raw;
    if (answer.ok && !answer.redirected) {
      event.target.dataset.shown = answer.headers.get("ETag") || "";
      return;
    }
    event.preventDefault();
    if (answer.status === 304) return updated();
    if (answer.redirected || signedOut(answer.status)) location.reload();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.target.matches?.("[data-live-region]")) updated();
  });

  pause?.addEventListener("click", () => {
    paused = !paused;
    if (!paused) refresh();
    show();
  });

  // What a person opened, focused or half filled stays as it is while the rest of the region changes.
  const touched = (control) =>
    control === document.activeElement
    || (control.type === "checkbox" || control.type === "radio" ? control.checked !== control.defaultChecked
      : control.tagName === "SELECT" ? [...control.options].some((option) => option.selected !== option.defaultSelected && option.value)
      : "defaultValue" in control && control.type !== "hidden" && control.value !== control.defaultValue);
  const ownedByPerson = new Set(["open", "tabindex"]);
  htmx.registerExtension("stay", {
    htmx_before_morph_node: (node) => {
      const held = node.tagName === "FORM" && [...node.elements].some(touched);
      if (held) delete node.closest("[data-live-region]")?.dataset.shown; // it does not show all of the answer
      return !held;
    },
    htmx_before_morph_attr: (node, detail) => !(detail.newValue === null && ownedByPerson.has(detail.attrName)),
  });
})();
