// The order of sections without a page between: a button's answer takes the place
// of the list. Sections can be dragged, and moved by Alt with the arrow keys.
const tree = () => document.getElementById("sections");
let busy = false;

async function send(item, data) {
  if (busy) return;
  busy = true;
  const form = item.querySelector("form");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("sections");
    if (!next) throw new Error("no sections");
    show(next, data.do);
  } catch {
    location.reload();
  } finally {
    busy = false;
  }
}

function show(next, verb) {
  const said = document.getElementById("said");
  const words = next.querySelector("#said").textContent;
  next.querySelector("#said").replaceWith(said); // stays, so that it is read out
  tree().replaceWith(next);
  said.textContent = words;
  const item = [...next.querySelectorAll("li")].find(li => li.dataset.key === next.dataset.focus);
  const same = item?.querySelector(`button[value="${verb}"]:not(:disabled)`);
  (same ?? item?.querySelector("button:not(:disabled)"))?.focus();
  item?.scrollIntoView({ block: "nearest" });
  enhance();
}

function enhance() {
  for (const item of tree().querySelectorAll("li")) if (item.querySelector("form")) item.draggable = true;
}

document.addEventListener("submit", e => {
  const item = e.target.closest("#sections li");
  if (!item || !e.submitter) return;
  e.preventDefault();
  send(item, { do: e.submitter.value });
});

const keys = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
document.addEventListener("keydown", e => {
  const item = e.target.closest?.("#sections li");
  const verb = e.altKey && keys[e.key];
  const button = verb && item?.querySelector(`button[value="${verb}"]:not(:disabled)`);
  if (!button) return;
  e.preventDefault();
  send(item, { do: verb });
});

// Dropped on the upper or lower edge of another, a section stands in front of it or
// behind it; in its middle, under it.
let dragged = null;
const marks = ["before", "over", "after"];
const clear = () => {
  for (const item of tree().querySelectorAll("li")) item.classList.remove(...marks);
};
function markAt(e) {
  const item = dragged && e.target.closest?.("#sections li");
  if (!item || item === dragged) return null;
  const box = item.getBoundingClientRect();
  const part = (e.clientY - box.top) / box.height;
  return [item, part < 0.3 ? "before" : part > 0.7 ? "after" : "over"];
}
document.addEventListener("dragstart", e => {
  const item = e.target.closest?.("#sections li[draggable=true]");
  if (!item) return;
  dragged = item;
  item.classList.add("dragged");
  e.dataTransfer.effectAllowed = "move";
  e.dataTransfer.setData("text/plain", item.dataset.key);
});
document.addEventListener("dragover", e => {
  clear();
  const at = markAt(e);
  if (!at) return;
  e.preventDefault();
  e.dataTransfer.dropEffect = "move";
  at[0].classList.add(at[1]);
});
document.addEventListener("dragend", () => {
  clear();
  dragged?.classList.remove("dragged");
  dragged = null;
});
document.addEventListener("drop", e => {
  const at = markAt(e);
  if (!at) return;
  e.preventDefault();
  const [item, where] = at;
  const items = [...tree().querySelectorAll("li")];
  const depth = li => Number(li.dataset.depth);
  const i = items.indexOf(item);
  const parentOf = n => {
    for (let j = n - 1; j >= 0; j--) if (depth(items[j]) < depth(items[n])) return items[j].dataset.key;
    return "";
  };
  let parent = parentOf(i), before = "";
  if (where === "over") parent = item.dataset.key;
  else if (where === "before") before = item.dataset.key;
  else { // the next one beside it
    for (let j = i + 1; j < items.length && depth(items[j]) >= depth(item); j++) {
      if (depth(items[j]) === depth(item) && items[j] !== dragged) {
        before = items[j].dataset.key;
        break;
      }
    }
  }
  const moved = dragged;
  clear();
  send(moved, { do: "put", parent, before });
});

enhance();
