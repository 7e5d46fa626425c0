/* Single-key shortcuts: "/" searches, "?" explains, j k and arrows move between rows, Enter opens. They can be turned off. */
(() => {
  "use strict";
  const SWITCH = "relais.keys";
  const ROWS = ".ob, tr[data-href]";
  const help = document.getElementById("keys");
  const tick = document.getElementById("keys-on");

  const on = () => localStorage.getItem(SWITCH) !== "off";
  const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");
  const rows = () => [...document.querySelectorAll(ROWS)].filter((row) => row.checkVisibility());
  const currentRow = () => document.activeElement?.closest(ROWS);

  function move(step) {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(currentRow());
    const next = at < 0 ? all[0] : all[Math.min(Math.max(at + step, 0), all.length - 1)];
    next.tabIndex = -1;
    next.focus();
    return true;
  }

  function open(row) {
    const address = row.dataset.href || row.querySelector("a[href]")?.href;
    if (address) location.assign(address);
    return Boolean(address);
  }

  function search() {
    const box = document.querySelector('input[type="search"]');
    box?.focus();
    box?.select();
    return Boolean(box);
  }

  function explain() {
    help?.showModal();
    return Boolean(help);
  }

  function act(key, target) {
    if (key === "/") return search();
    if (key === "?") return explain();
    if (key === "j") return move(1);
    if (key === "k") return move(-1);
    // Arrows scroll the page as ever until a person has stepped into the rows.
    if (key === "ArrowDown" || key === "ArrowUp") return currentRow() && move(key === "ArrowDown" ? 1 : -1);
    if (key === "Enter") return target.matches(ROWS) && open(target);
    return false;
  }

  document.addEventListener("keydown", (event) => {
    if (!on() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (act(event.key, event.target)) event.preventDefault();
  });

  if (!help || !tick) return;
  tick.checked = on();
  tick.addEventListener("change", () => localStorage.setItem(SWITCH, tick.checked ? "on" : "off"));
  for (const button of document.querySelectorAll('[data-opens="keys"]')) {
    button.hidden = false;
    button.addEventListener("click", explain);
  }
})();
