// Keys of the console. Pages work without this file: every key presses a button or follows a link that is there.
"use strict";

(() => {
  const find = (selector) => document.querySelector(selector);
  const lettersOn = document.body.dataset.keys !== "off";
  const rows = [...document.querySelectorAll("table[data-list] tbody tr")];
  const decideForm = find("#decide");
  const isQueue = Boolean(find("table[data-queue]"));
  const isFinding = Boolean(find("[data-finding]"));
  const reasons = find("#reasons");
  const comment = find("#decide textarea[name=comment]");
  const place = `row:${location.pathname}`;
  const goals = { o: "/", c: "/calendar", s: "/sweeps", r: "/runs", f: "/findings" };
  let at = -1;
  let span = -1;
  let waitingFor = ""; // "reason" after r, "goal" after g
  let pending = null; // the button of reason h, which needs a comment first
  let sent = false;

  function select(index) {
    if (!rows.length) return;
    rows[at]?.classList.remove("current");
    at = Math.max(0, Math.min(index, rows.length - 1));
    rows[at].classList.add("current");
    const link = rows[at].querySelector(".row-link");
    link.focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  }

  function follow(link) {
    if (link) link.click();
  }

  function move(step) {
    const next = at + step;
    if (next >= rows.length) {
      const more = find("a[rel=next]");
      if (more) {
        sessionStorage.setItem(place, "0");
        more.click();
      }
      return;
    }
    if (at < 0 && step < 0) return;
    select(next);
  }

  function submit(form, button) {
    if (!form || sent) return;
    sent = true;
    if (rows.length) sessionStorage.setItem(place, String(Math.max(at, 0)));
    form.requestSubmit(button ?? undefined);
  }

  function decide(decision) {
    if (!decideForm) return;
    if (isFinding) {
      submit(decideForm, decideForm.querySelector(`button[value="${decision}"]`));
      return;
    }
    if (at < 0) return;
    const row = rows[at];
    decideForm.action = `/findings/${row.dataset.number}/decide`;
    decideForm.elements.seen.value = row.dataset.seen;
    decideForm.elements.decision.value = decision;
    submit(decideForm);
  }

  function askReason() {
    if (!decideForm || (isQueue && at < 0)) return;
    waitingFor = "reason";
    if (reasons) reasons.showModal();
    else find("#reject")?.classList.add("armed");
    find("#reject")?.focus();
  }

  function forget() {
    waitingFor = "";
    find("#reject")?.classList.remove("armed");
    if (reasons?.open) reasons.close();
  }

  function chooseReason(letter) {
    const button = find(`[data-letter="${letter}"]`);
    forget();
    if (!button) return;
    const decision = button.dataset.decision ?? button.value;
    if (decision !== "reject:other") decide(decision);
    else if (isQueue) follow(rows[at].querySelector(".row-link"));
    else if (comment.value.trim()) decide(decision);
    else {
      pending = button;
      comment.focus();
    }
  }

  function nextSpan(step) {
    const hits = [...document.querySelectorAll("mark.hit")];
    if (!hits.length) return;
    span = (span + step + hits.length) % hits.length;
    hits[span].focus();
  }

  const everywhere = {
    "?": () => location.assign("/help/keys"),
    g: () => { waitingFor = "goal"; },
    f: () => find(".filters select")?.focus(),
    "[": () => follow(find("[data-turn=back]")),
    "]": () => follow(find("[data-turn=on]")),
  };
  const inLists = { j: () => move(1), k: () => move(-1), o: () => follow(rows[at]?.querySelector(".row-link")) };
  const inFinding = {
    s: () => follow(find("#next")),
    j: () => follow(find("#next")),
    n: () => nextSpan(1),
    p: () => nextSpan(-1),
    m: () => comment?.focus(),
  };
  const deciding = {
    1: () => decide("confirm"),
    2: askReason,
    r: askReason,
    3: () => decide("unsure"),
    u: () => submit(find("#undo")),
  };
  const keys = {
    ...everywhere,
    ...(rows.length ? inLists : {}),
    ...(isFinding ? inFinding : {}),
    ...(isQueue || isFinding ? deciding : {}),
  };

  function isTyping(target) {
    return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
  }

  document.addEventListener("keydown", (event) => {
    // An input method sends letters while a word is being composed: none of them is a command.
    if (event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (event.key === "Enter" && event.target === comment) {
        event.preventDefault();
        const button = pending;
        comment.blur();
        if (button && comment.value.trim()) submit(decideForm, button);
      }
      return;
    }
    if (event.key === "Escape") {
      if (waitingFor || reasons?.open) forget();
      else if (isTyping(event.target)) event.target.blur();
      else follow(find("#back"));
      return;
    }
    if (!lettersOn || event.repeat || isTyping(event.target)) {
      if (!(event.repeat && "jk".includes(event.key)) || isTyping(event.target) || !lettersOn) return;
    }
    if (waitingFor === "reason") {
      if (event.key >= "a" && event.key <= "h" && event.key.length === 1) {
        event.preventDefault();
        chooseReason(event.key);
      }
      return;
    }
    if (waitingFor === "goal") {
      waitingFor = "";
      if (goals[event.key]) location.assign(goals[event.key]);
      return;
    }
    const command = keys[event.key];
    if (command) {
      event.preventDefault();
      command();
    }
  });

  reasons?.addEventListener("close", forget);
  reasons?.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.letter) chooseReason(button.dataset.letter);
    else if (button) forget();
  });
  rows.forEach((row, index) => row.querySelector(".row-link")?.addEventListener("focus", () => {
    rows[at]?.classList.remove("current");
    at = index;
    row.classList.add("current");
  }));
  // A second click while the first is under way sends nothing twice.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    sent = false;
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // Coming back to a list: the same place has the focus.
  const kept = sessionStorage.getItem(place);
  if (rows.length && kept !== null) {
    sessionStorage.removeItem(place);
    select(Number(kept));
  }
  window.addEventListener("pagehide", () => {
    if (rows.length && at >= 0) sessionStorage.setItem(place, String(at));
  });

  // A live page whose server is gone says so; its numbers turn grey, not zero.
  const stale = find("#stale");
  function mark(isStale) {
    if (!stale) return;
    stale.hidden = !isStale;
    find("#live")?.classList.toggle("old", isStale);
  }
  document.addEventListener("htmx:error", () => mark(true));
  document.addEventListener("htmx:response:error", () => mark(true));
  document.addEventListener("htmx:after:swap", () => mark(false));
})();
