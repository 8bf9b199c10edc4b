
// ---- the side in the browser: opening and closing it, and what its clicks tell Python; beside the page where there is room.
// To Python: 'new', 'open', 'recall', 'rename', 'forget', 'kept', 'keep_answer', 'let_go', 'note', 'export_kept', 'file'.

const room = matchMedia("(min-width: 1200px)");
const docked = () => room.matches;
const sideIsOpen = () => document.body.classList.contains("aq-side");
const searched = () => find("side-search")?.value ?? "";

function showSide(open, { focus = true } = {}) {
  const turn = document.querySelector(".turn.active"), top = turn?.getBoundingClientRect().top;
  document.body.classList.toggle("aq-side", open);
  if (turn) scrollBy({ top: turn.getBoundingClientRect().top - top, behavior: "instant" });
  find("side-switch")?.setAttribute("aria-expanded", String(open));
  if (docked()) {
    try { localStorage.setItem("aq-side", open ? "open" : "closed"); } catch { /* private window */ }
  }
  if (focus) find(open ? "side-search" : "side-switch")?.focus({ preventScroll: true });
}

// It is open from the start where there is room, and something to list, unless a person closed it.
let settled = false;
function settleSide() {
  const list = document.querySelector("#side-list [data-count]");
  if (settled || !list) return;
  settled = true;
  let kept = null;
  try { kept = localStorage.getItem("aq-side"); } catch { /* private window */ }
  if (docked() && list.dataset.count !== "0" && kept !== "closed") {
    document.body.classList.add("aq-side");
    find("side-switch")?.setAttribute("aria-expanded", "true");
  }
}

// The list of kept answers stands in the place of the conversation.
function showKept(shown) {
  document.body.classList.toggle("aq-kept", shown);
}

function leaveSide() {
  [...document.querySelectorAll("[role=tab]")].find((t) => t.innerText.trim() === "Ask")?.click();
  if (!docked() && sideIsOpen()) showSide(false, { focus: false });
}

function recall(joining = false) {
  if (document.querySelector(".talk.naming")) return;
  send("recall", () => ({ search: searched(), joining: joining && !busy() }));
}

function nameHere(button) {
  const row = button.closest(".talk");
  const box = Object.assign(document.createElement("input"), { type: "text", maxLength: 200, className: "talk-name" });
  box.value = button.dataset.title;
  box.setAttribute("aria-label", "Name of the conversation");
  row.classList.add("naming");
  row.prepend(box);
  box.select();
  let over = false;
  const end = (store) => {
    if (over) return;
    over = true;
    const title = box.value;
    row.classList.remove("naming");
    box.remove();
    button.focus({ preventScroll: true });
    if (store && title !== button.dataset.title) {
      send("rename", { conversation: row.dataset.conversation, title, search: searched() });
    }
  };
  box.addEventListener("blur", () => end(true));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      end(event.key === "Enter");
    }
  });
  box.focus();
}

const FORGET = "Remove this conversation? Answers of it that you keep stay in the list of kept answers.";
const LET_GO = "Keep this answer no longer? Its note goes with it.";

Object.assign(local, {
  side: () => showSide(!sideIsOpen()),
  rename_here: nameHere,
  new: (b) => {
    if (waiting(b)) return;
    send("new", {});
    showKept(false);
    leaveSide();
    focusBox();
  },
  open: (b) => {
    if (waiting(b)) return;
    send("open", { conversation: b.dataset.conversation, goal: b.dataset.goal ?? "", search: searched() });
    showKept(false);
    leaveSide();
  },
  kept: (b) => {
    send("kept", {});
    showKept(true);
    leaveSide();
    scrollTo({ top: 0 });
    setTimeout(() => document.querySelector(".kept h2")?.focus({ preventScroll: true }), 200);
  },
  leave_kept: () => {
    showKept(false);
    focusBox();
  },
  let_go: (b) => confirm(LET_GO) && send("let_go", { kept: b.dataset.kept }),
  link: (b) => {
    const url = new URL(location.pathname, location.origin);
    url.searchParams.set("turn", find("t" + b.dataset.turn).dataset.asking);
    toClipboard(url.href, b);
  },
  forget: (b) => {
    const here = b.dataset.conversation === find("talk")?.dataset.conversation;
    if ((here && waiting(b)) || !confirm(FORGET)) return;
    send("forget", { conversation: b.dataset.conversation, search: searched() });
  },
});

// A note is stored while it is written, and what is left when its field is.
const unstored = new Map();
function store(box) {
  clearTimeout(unstored.get(box));
  if (unstored.delete(box)) trigger("note", { kept: box.dataset.note, text: box.value });
}
document.addEventListener("focusout", (event) => event.target.dataset?.note !== undefined && store(event.target));
addEventListener("pagehide", () => [...unstored.keys()].forEach(store));

let typing = null;
document.addEventListener("input", (event) => {
  const box = event.target;
  if (box.dataset?.note !== undefined) {
    clearTimeout(unstored.get(box));
    unstored.set(box, setTimeout(() => store(box), 500));
  }
  if (event.target.id !== "side-search") return;
  clearTimeout(typing);
  typing = setTimeout(recall, 200);
});
// It is left by a person's own hand: a click, typing or Tab beside it, and not by the focus that the page itself sets.
for (const leaving of ["click", "input", "keyup"]) document.addEventListener(leaving, (event) => {
  if (event.type === "keyup" && event.key !== "Tab") return;
  if (!docked() && sideIsOpen() && !event.target.closest?.("#side, #side-switch")) showSide(false, { focus: false });
});
room.addEventListener("change", () => {
  settled = false;
  if (!docked()) showSide(false, { focus: false });
  settleSide();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !docked() && sideIsOpen()) showSide(false);
});
addEventListener("focus", () => recall(true));

// ---- the address leads back to the conversation; one that was opened is shown where it was left, or at the turn asked for

let arrival = null;
function keepAddress() {
  const talk = find("talk");
  if (talk?.dataset.arrival && talk.dataset.arrival !== arrival) {
    arrival = talk.dataset.arrival;
    goTo(talk.dataset.goal);
  }
  const url = new URL(location.href);
  if (!talk && !settled) return;
  if (talk) url.searchParams.set("conversation", talk.dataset.conversation);
  else url.searchParams.delete("conversation");
  url.searchParams.delete("turn");
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

function goTo(asking) {
  const turn = [...document.querySelectorAll(".turn")].find((one) => one.dataset.asking === asking);
  if (!turn) return;
  activate(turn.id.slice(1));
  scrollTo({ top: scrollY + turn.getBoundingClientRect().top - find("header").offsetHeight, behavior: "auto" });
}

// ---- what was asked is listed as soon as it is there

let listed = "";
function relist() {
  const newest = [...document.querySelectorAll("#now .turn")].at(-1);
  const now = newest ? newest.dataset.asking + newest.classList.contains("is-asking") : "";
  if (now === listed) return;
  listed = now;
  if (newest?.classList.contains("is-asking")) showKept(false);
  if (newest && settled) recall();
}

new MutationObserver(() => { settleSide(); keepAddress(); relist(); }).observe(document.body, {
  childList: true, subtree: true, attributes: true, attributeFilter: ["class", "data-arrival"],
});
