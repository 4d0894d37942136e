// The arrangement of a front without a page between: what a button asks is sent
// by itself, and what comes back takes the place of what was there. Slots can be
// dragged, and moved by Alt with the arrow keys. Who else is here, and what they
// made live, is asked for now and then.
const tab = crypto.randomUUID();
let busy = false;

const front = () => document.getElementById("front");
const form = () => document.getElementById("arrangement");

async function send(button) {
  if (busy) return;
  busy = true;
  const data = new URLSearchParams(new FormData(form()));
  for (const [name, value] of [...data]) if (name === "do") data.delete(name, value);
  data.set("do", typeof button === "string" ? button : button.value);
  front().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form().action, { method: "POST", body: data, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("front");
    if (!next) throw new Error("no front");
    if (answer.redirected) {
      location.assign(answer.url);
      return;
    }
    show(next, button);
  } catch {
    front().removeAttribute("aria-busy");
    if (typeof button !== "string" && button.isConnected) { // as it is without a script
      button.dataset.plain = "";
      form().requestSubmit(button);
    }
  } finally {
    busy = false;
  }
}

function show(next, button) {
  const was = front();
  const others = document.getElementById("others").textContent;
  const frame = was.querySelector("iframe");
  const fresh = next.querySelector("iframe");
  const said = next.querySelector("#said");
  const words = said ? [...said.childNodes] : [];
  const live = was.querySelector("#said"); // stays, so that it is read out
  if (frame && fresh && frame.getAttribute("src") === fresh.getAttribute("src")) fresh.replaceWith(frame);
  said?.replaceWith(live);
  was.replaceWith(next);
  document.getElementById("others").textContent = others;
  live.replaceChildren(...words);
  const slot = next.dataset.focus;
  const value = typeof button === "string" ? "" : button.value.split(" ")[0];
  const field = next.querySelector("#q");
  if (field && value === "find") {
    field.focus();
    field.select();
  } else if (slot) {
    const row = document.getElementById("slot" + slot);
    const same = row.querySelector(`button[value="${value} ${slot}"]:not(:disabled)`);
    (same ?? row.querySelector("button:not(:disabled)"))?.focus();
    row.scrollIntoView({ block: "nearest" });
  } else {
    next.querySelector("[data-show]")?.focus();
  }
  enhance();
}

function enhance() {
  const arranges = form()?.querySelector(".slot-verbs");
  if (!arranges) return;
  for (const row of form().querySelectorAll(".slot")) if (row.querySelector("a")) row.draggable = true;
}

document.addEventListener("submit", e => {
  if (e.target !== form()) return;
  const button = e.submitter;
  if (!button || button.formTarget === "_blank" || "plain" in button.dataset) return;
  e.preventDefault();
  const finding = front().querySelector("[data-finding]");
  send(button.tabIndex === -1 && finding ? "find " + finding.dataset.finding : button);
});

document.addEventListener("change", e => {
  if (e.target.name?.startsWith("until")) send("show");
});

document.addEventListener("keydown", e => {
  const row = e.target.closest?.(".slot");
  if (!row || !e.altKey || e.key !== "ArrowUp" && e.key !== "ArrowDown") return;
  const button = row.querySelector(`button[value^="${e.key === "ArrowUp" ? "up" : "down"} "]`);
  if (!button || button.disabled) return;
  e.preventDefault();
  send(button);
});

let dragged = null;
const over = row => {
  for (const r of document.querySelectorAll(".slot.over")) if (r !== row) r.classList.remove("over");
  row?.classList.add("over");
};
document.addEventListener("dragstart", e => {
  const row = e.target.closest?.(".slot[draggable=true]");
  if (!row) return;
  dragged = row;
  row.classList.add("dragged");
  e.dataTransfer.effectAllowed = "move";
  e.dataTransfer.setData("text/plain", row.dataset.slot);
});
document.addEventListener("dragover", e => {
  const row = dragged && e.target.closest?.(".slot");
  if (!row) return;
  e.preventDefault();
  e.dataTransfer.dropEffect = "move";
  over(row === dragged ? null : row);
});
document.addEventListener("drop", e => {
  const row = dragged && e.target.closest?.(".slot");
  if (!row) return;
  e.preventDefault();
  if (row !== dragged) send(`move ${dragged.dataset.slot} ${row.dataset.slot}`);
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  over(null);
  dragged = null;
});

// Who else is here. What they made live comes into what stands here: at once,
// unless something is being typed.
async function here() {
  if (document.hidden || busy || !front()) return;
  const { lang, section, base } = front().dataset;
  try {
    const answer = await fetch("/desk/front/here", { method: "POST", body: new URLSearchParams({ tab, lang, section }), headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { others, number } = await answer.json();
    document.getElementById("others").textContent = others;
    if (number === Number(base) || dragged || front().querySelector("[name^=clash]") || document.activeElement?.matches("input")) return;
    if (form().querySelector(".slot-verbs")) send("show");
    else location.reload();
  } catch { /* the desk is away; the next time */ }
}
here();
setInterval(here, 5000);
enhance();
