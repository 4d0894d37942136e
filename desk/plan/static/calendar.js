// What is planned is moved without a page between: by dragging it to another day,
// or by Alt with the arrow keys. The answer's calendar takes the place of this one.
const calendar = () => document.getElementById("calendar");
let busy = false;

async function move(entry, day) {
  if (busy) return;
  busy = true;
  const body = new URLSearchParams({ item: entry.dataset.key, day, back: calendar().dataset.query });
  try {
    const answer = await fetch("/desk/calendar/move", { method: "POST", body, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("calendar");
    if (next) show(next);
    else refuse([...page.querySelectorAll("main .details li, main .wrong")].map(e => e.textContent.trim()).join(" ") || page.querySelector("main h1")?.textContent);
  } catch {
    location.reload();
  } finally {
    busy = false;
  }
}

function show(next) {
  const said = document.getElementById("said");
  const words = next.querySelector("#said").textContent;
  next.querySelector("#said").replaceWith(said); // stays, so that it is read out
  calendar().replaceWith(next);
  said.classList.remove("refused");
  said.textContent = words;
  const entry = [...next.querySelectorAll("[data-moves]")].find(e => e.dataset.key === next.dataset.focus);
  entry?.querySelector("a").focus();
  entry?.scrollIntoView({ block: "nearest" });
  enhance();
}

function refuse(words) {
  const said = document.getElementById("said");
  said.classList.add("refused");
  said.textContent = words ?? "";
  said.scrollIntoView({ block: "nearest" });
}

function enhance() {
  for (const entry of calendar().querySelectorAll("[data-moves]")) {
    entry.draggable = true;
    for (const a of entry.querySelectorAll("a")) a.draggable = false; // the entry is dragged, not the link
  }
}

const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
document.addEventListener("keydown", e => {
  const entry = e.target.closest?.("#calendar [data-moves]");
  const by = e.altKey && !e.ctrlKey && !e.metaKey && !e.shiftKey && days[e.key];
  if (!entry || !by) return;
  e.preventDefault();
  const to = new Date(entry.closest("[data-day]").dataset.day + "T00:00:00Z");
  to.setUTCDate(to.getUTCDate() + by);
  move(entry, to.toISOString().slice(0, 10));
});

let dragged = null;
const clear = () => {
  for (const day of calendar().querySelectorAll(".over")) day.classList.remove("over");
};
const target = e => {
  const day = dragged && e.target.closest?.("#calendar [data-day]");
  return day && day !== dragged.closest("[data-day]") ? day : null;
};
document.addEventListener("dragstart", e => {
  const entry = e.target.closest?.("#calendar [draggable=true]");
  if (!entry) return;
  dragged = entry;
  entry.classList.add("dragged");
  e.dataTransfer.effectAllowed = "move";
  e.dataTransfer.setData("text/plain", entry.querySelector("a").textContent);
});
document.addEventListener("dragover", e => {
  clear();
  const day = target(e);
  if (!day) return;
  e.preventDefault();
  e.dataTransfer.dropEffect = "move";
  day.classList.add("over");
});
document.addEventListener("dragend", () => {
  clear();
  dragged?.classList.remove("dragged");
  dragged = null;
});
document.addEventListener("drop", e => {
  const day = target(e);
  if (!day) return;
  e.preventDefault();
  const entry = dragged;
  clear();
  move(entry, day.dataset.day);
});

enhance();
