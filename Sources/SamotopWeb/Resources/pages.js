// Comfort for the keyboard and the clock. Everything works without this file.
"use strict";

(function () {
  const cards = () => Array.from(document.querySelectorAll("[data-card]"));
  const current = () => document.activeElement.closest("[data-card]");

  function move(step) {
    const all = cards();
    if (all.length === 0) return;
    const index = all.indexOf(current());
    const next = all[index < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(index + step, 0), all.length - 1)];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function act(name) {
    const card = current();
    const button = card && card.querySelector(".act-" + name);
    if (button) button.click();
  }

  function typing(element) {
    return element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName);
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const help = document.getElementById("help");
    if (help.open) return;
    const search = document.querySelector("[data-search]");
    const keys = {
      j: () => move(1),
      k: () => move(-1),
      w: () => act("welcome"),
      h: () => act("hold"),
      b: () => act("block"),
      "/": () => search && search.select(),
      "?": () => help.showModal(),
    };
    const key = keys[event.key];
    if (!key) return;
    event.preventDefault();
    key();
  });

  // after a decision the next person is at hand
  if (document.querySelector(".notice") && location.search.includes("notice=")) {
    const first = cards()[0];
    if (first && first.classList.contains("card")) first.focus({ preventScroll: true });
  }

  // screen readers only tell what changes after the page is there
  const notice = document.querySelector(".notice p");
  if (notice) {
    const text = notice.textContent;
    notice.textContent = "";
    setTimeout(() => { notice.textContent = text; }, 150);
  }

  // the reader's own time zone
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[datetime]")) {
    const date = new Date(time.dateTime);
    if (isNaN(date)) continue;
    if (time.textContent === time.title) time.textContent = format.format(date);
    time.title = format.format(date);
  }

  // a second click while the first is under way would be in vain
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", function () {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // without it, one click marks the whole address
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copy).then(() => { button.textContent = button.dataset.copied; }, () => {});
    });
  }

  const menu = document.querySelector(".menu");
  document.addEventListener("click", function (event) {
    if (menu && menu.open && !menu.contains(event.target)) menu.open = false;
  });
})();
