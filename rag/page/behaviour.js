// What the page does by itself: bring up cards and evidence, copy, save, switch light and dark. All else goes to
// Python by send(): 'example', 'compare', 'again', 'drop', 'restore', 'edit', 'leave_edit', 'check', 'up', 'down', 'export', 'save',
// 'empty_sample', 'connect', 'look', 'connect_at', 'sort', 'facet', 'subject', 'unsubject', 'unfilter', 'leaf', 'pick', 'pick_all', 'unpick', 'ask_remove', 'keep', 'remove', 'export_picked', 'unwatch', 'all_seen'.
const doc = document.documentElement;
const find = (id) => document.getElementById(id);
const state = { newest: null, active: null, turned: new Set(), back: null, sheet: false };

// ---- which answer's sources are beside the conversation: the newest one's, or those that a person called up since.
// A turn is known by its data-asking: its number says nothing once a question is asked again or a chat is loaded.

function activate(turn) {
  state.active = find("t" + turn).dataset.asking;
  restore();
}

function restore() {
  const turns = [...document.querySelectorAll(".turn")];
  const newest = turns.at(-1)?.dataset.asking ?? null;
  if (newest !== state.newest) Object.assign(state, { newest, active: newest, sheet: false });
  for (const turn of turns) {
    const on = turn.dataset.asking === state.active;
    mark(turn, "active", on);
    mark(turn, "sheet", on && state.sheet);
  }
  for (const button of document.querySelectorAll(":is(#reader, .folds, #overview, #standing) > .label-wrap")) {
    const open = String(button.classList.contains("open"));
    if (button.getAttribute("aria-expanded") !== open) button.setAttribute("aria-expanded", open);
  }
  for (const fold of document.querySelectorAll("details[data-key]")) {
    const open = state.turned.has(keyOf(fold)) !== fold.hasAttribute("data-open");
    if (fold.open !== open) fold.open = open;
  }
  for (const title of document.querySelectorAll("[data-do=unfold]")) {
    const open = String(state.turned.has(rowOf(title)));
    if (title.getAttribute("aria-expanded") !== open) title.setAttribute("aria-expanded", open);
  }
}

const keyOf = (fold) => (fold.closest(".turn")?.dataset.asking ?? "") + fold.dataset.key;

const rowOf = (title) => "row " + title.dataset.key;

function unfold(title) {
  state.turned[state.turned.has(rowOf(title)) ? "delete" : "add"](rowOf(title));
  restore();
}

// A box that a person ticked no longer follows its attribute, by which Python says what is picked.
function followPicks() {
  if (underWay.table || inLine.table?.length) return;
  for (const box of document.querySelectorAll("#shelf [data-do=pick]")) {
    if (box.checked !== box.defaultChecked) box.checked = box.defaultChecked;
  }
}

function mark(element, name, on) {
  if (element.classList.contains(name) !== on) element.classList.toggle(name, on);
}

document.addEventListener("toggle", (event) => {
  const fold = event.target;
  if (!fold.dataset?.key) return;
  const turned = fold.open !== fold.hasAttribute("data-open");
  state.turned[turned ? "add" : "delete"](keyOf(fold));
}, true);

// ---- evidence

function light(targets) {
  document.querySelectorAll(".lit").forEach((e) => e.classList.remove("lit"));
  const found = targets.map(find).filter(Boolean);
  found.forEach((e) => e.classList.add("lit"));
  return found[0];
}

function bringUp(turn, targets, origin) {
  activate(turn);
  const first = light(targets);
  if (!first) return;
  if (isNarrow()) openSheet(turn, origin);
  const panel = first.closest(".sources");
  const card = first.closest(".card") ?? first;
  const under = panel.querySelector(".sources-head").offsetHeight;
  const fits = first.getBoundingClientRect().bottom - card.getBoundingClientRect().top < panel.clientHeight - under;
  const [edge, wanted] = fits ? [card, under] : [first, panel.clientHeight / 3];
  const top = edge.getBoundingClientRect().top - panel.getBoundingClientRect().top;
  panel.scrollBy({ top: top - wanted, behavior: calm() ? "auto" : "smooth" });
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const isNarrow = () => matchMedia("(max-width: 899px)").matches;

function openSheet(turn, origin) {
  state.back = origin;
  state.sheet = true;
  activate(turn);
  document.querySelector(".turn.active .sheet-close")?.focus({ preventScroll: true });
}

function closeSheet() {
  if (!state.sheet) return;
  state.sheet = false;
  restore();
  state.back?.focus?.({ preventScroll: true });
}

// ---- sources that are ticked can be set side by side

function tick(box) {
  const sources = box.closest(".sources");
  const papers = [...sources.querySelectorAll("[data-do=tick]:checked")].map((ticked) => ticked.dataset.paper);
  const compare = sources.querySelector(".sources-head [data-do=compare]");
  if (!compare) return;
  compare.hidden = papers.length < 2;
  compare.dataset.papers = JSON.stringify(papers);
  compare.textContent = `Compare these ${papers.length}`;
}

// ---- keeping

const copy = (turn, button) => toClipboard(find("t" + turn).querySelector("textarea.source").value, button);

async function toClipboard(source, button) {
  try {
    await navigator.clipboard.writeText(source);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: source });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(button, "Copied");
}

function say(button, words) {
  button.dataset.said = words;
  setTimeout(() => delete button.dataset.said, 1600);
}

watch("value", () => {
  if (!props.value) return;
  const file = JSON.parse(props.value);
  const bytes = file.base64 ? Uint8Array.from(atob(file.base64), (c) => c.charCodeAt(0)) : file.text;
  const url = URL.createObjectURL(new Blob([bytes], { type: file.type }));
  Object.assign(document.createElement("a"), { href: url, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
  props.value = "";
});

// ---- light and dark

function theme(dark) {
  document.body.classList.toggle("dark", dark);
  try { localStorage.setItem("aq-theme", dark ? "dark" : "light"); } catch { /* private window */ }
}

try {
  const kept = localStorage.getItem("aq-theme");
  if (kept) document.body.classList.toggle("dark", kept === "dark");
} catch { /* private window */ }

// ---- the map: closer with the buttons or a double click, moved by dragging

function zoom(map, by, at) {
  const [left, top, width, height] = map.getAttribute("viewBox").split(" ").map(Number);
  const whole = map.querySelector(".sea").getBBox();
  if (!by) return look(map, whole.x, whole.y, whole.width);
  const wide = Math.min(whole.width, Math.max(whole.width / 12, width / by));
  const [x, y] = at ?? [left + width / 2, top + height / 2];
  look(map, x - ((x - left) * wide) / width, y - ((y - top) * wide) / width, wide);
}

function look(map, left, top, width) {
  const whole = map.querySelector(".sea").getBBox();
  const height = (width * whole.height) / whole.width;
  const within = (place, size, all) => Math.min(Math.max(place, 0), all - size);
  map.setAttribute("viewBox", [within(left, width, whole.width), within(top, height, whole.height), width, height].join(" "));
  map.style.setProperty("--closer", whole.width / width);
  mark(map, "close", whole.width / width > 2);
}

function onMap(map, event) {
  const [left, top, width] = map.getAttribute("viewBox").split(" ").map(Number);
  const box = map.getBoundingClientRect();
  return [left + ((event.clientX - box.left) * width) / box.width, top + ((event.clientY - box.top) * width) / box.width];
}

let dragged = null;

document.addEventListener("dblclick", (event) => {
  const map = event.target.closest?.(".map svg");
  if (map) zoom(map, event.shiftKey ? 0.5 : 2, onMap(map, event));
});
document.addEventListener("pointerdown", (event) => {
  const map = event.target.closest?.(".map svg");
  dragged = map ? { map, at: onMap(map, event), moved: false } : null;
});
document.addEventListener("pointermove", (event) => {
  if (!dragged || !event.buttons) return;
  const [left, top, width] = dragged.map.getAttribute("viewBox").split(" ").map(Number);
  const [x, y] = onMap(dragged.map, event);
  const [dx, dy] = [dragged.at[0] - x, dragged.at[1] - y];
  if (!dragged.moved && Math.hypot(dx, dy) < width / 200) return;
  dragged.moved = true;
  look(dragged.map, left + dx, top + dy, width);
});

// ---- to Python, one click of a kind after the other: Gradio passes over a click while an event of its name is under
// way, and of two events that are, the older may come back last. So a click waits until the one before it has come back.

const busy = () => find("stop")?.offsetParent != null;
const ASKING = ["example", "compare", "again", "drop", "restore"];
const KINDS = {
  talk: [...ASKING, "check", "edit", "leave_edit", "up", "down", "empty_sample", "keep_answer", "let_go", "new", "open", "forget", "stop"],
  table: ["sort", "facet", "subject", "unsubject", "unfilter", "leaf", "pick", "pick_all", "unpick", "ask_remove", "keep", "remove", "export_picked"],
};
const kindOf = (what) => Object.keys(KINDS).find((kind) => KINDS[kind].includes(what)) ?? what;
const underWay = {}, inLine = {};

function send(what, data) {
  const kind = kindOf(what), line = (inLine[kind] ??= []);
  // Of clicks that ask and still wait, the last one counts.
  inLine[kind] = [...line.filter((one) => !ASKING.includes(what) || !ASKING.includes(one.what)), { what, data }];
  next(kind);
}

function next(kind) {
  if (underWay[kind] || !inLine[kind]?.length || (kind === "talk" && busy())) return;
  const { what, data } = inLine[kind].shift();
  underWay[kind] = what;
  trigger(what, typeof data === "function" ? data() : data);
}

document.addEventListener("aq-back", ({ detail: what }) => {
  if (underWay[kindOf(what)] === what) delete underWay[kindOf(what)];
  next(kindOf(what));
  followPicks();
  sendEntered();
});

// Stop has come back when the page shows what was stopped.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("#stop")) underWay.talk = "stop";
}, true);

// What is being written has to be stopped first; what is written, and not yet stored, is only waited for.
const written = () => document.querySelector(".turn.is-asking") !== null;
const waiting = (button) => busy() && written() && (say(button, "Stop first"), true);

// ---- one listener for every button of ours

const REPLACES = "This asks again, and replaces the answer and everything after it.";

const local = {
  card: (b) => bringUp(b.dataset.turn, b.dataset.targets.split(" "), b),
  evidence: (b) => bringUp(b.dataset.turn, b.dataset.targets.split(" ").filter(Boolean), b),
  sheet: (b) => openSheet(b.dataset.turn, b),
  close: closeSheet,
  copy: (b) => copy(b.dataset.turn, b),
  unfold,
  zoom: (b) => zoom(b.closest(".overview").querySelector("svg"), Number(b.dataset.by)),
  tick,
  theme: () => theme(!document.body.classList.contains("dark")),
  tab: (b) => [...document.querySelectorAll("[role=tab]")].find((t) => t.innerText.trim() === b.dataset.tab)?.click(),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-do]");
  if (!button) {
    if (state.sheet && !event.target.closest?.(".sources")) closeSheet();
    return;
  }
  if (event.target.closest("a[href]:not([data-do])")) return;
  const what = button.dataset.do;
  if (button.tagName === "A") event.preventDefault();
  if (what === "subject" && dragged?.moved) return;
  if (what in local) return local[what](button);
  if (ASKING.includes(what) && event.detail > 1) return;
  if (kindOf(what) === "talk" && waiting(button)) return;
  if (what === "empty_sample" && !confirm(`Take the sample's ${button.dataset.count} papers out of this library? What you added stays.`)) return;
  if (what === "connect_at") button.dataset.address = find("model-address").value;
  if (["again", "drop", "restore"].includes(what) && button.closest("#past") && !confirm(REPLACES)) return;
  if (what === "compare") local.tab({ dataset: { tab: "Ask" } });
  send(what, { ...button.dataset });
  if (what === "subject") document.querySelector("#shelf").scrollIntoView({ behavior: calm() ? "auto" : "smooth" });
  if (["edit", "leave_edit", "example", "again", "drop", "restore"].includes(what)) focusBox();
});

document.addEventListener("keydown", (event) => {
  if (event.target.matches?.(".overview [role=button]") && [" ", "Enter"].includes(event.key)) {
    event.preventDefault();
    event.target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  }
  if (event.key === "Escape") closeSheet();
  if (event.target.id === "model-address" && event.key === "Enter") document.querySelector("[data-do=connect_at]").click();
  const inBox = event.target.closest?.("#question");
  if (!inBox || event.key !== "Enter" || event.shiftKey || !(asking() || event.isComposing)) return;
  event.stopPropagation();
  entered = !event.isComposing && !written();
}, true);

// A question is sent when the event before it has come back.
let entered = false;
const asking = () => busy() || underWay.talk !== undefined;

function sendEntered() {
  if (!entered || asking()) return;
  entered = false;
  find("send").click();
}

function focusBox() {
  setTimeout(() => document.querySelector("#question textarea")?.focus({ preventScroll: true }), 120);
}

// ---- a new question goes to the top of the screen, and its answer grows below it

let writing = false;

function follow() {
  const turn = document.querySelector("#now .turn.is-asking");
  if (turn && !writing) {
    const top = scrollY + turn.getBoundingClientRect().top - find("header").offsetHeight;
    scrollTo({ top, behavior: calm() ? "auto" : "smooth" });
  }
  writing = turn !== null;
}

let composer = null;
const measured = new ResizeObserver(([box]) => {
  if (box.contentRect.height) doc.style.setProperty("--aq-composer", `${box.borderBoxSize[0].blockSize}px`);
});

function measure() {
  if (find("composer") === composer) return;
  composer = find("composer");
  if (composer) measured.observe(composer);
}

new MutationObserver(() => { measure(); restore(); follow(); followPicks(); next("talk"); sendEntered(); }).observe(document.body, {
  childList: true, subtree: true, attributes: true, attributeFilter: ["class", "checked"],
});
restore();
