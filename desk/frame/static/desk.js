// What makes the desk's pages quicker. Every page works without it, but for the
// editor of a body, which has a script of its own.

// The receipt: surfaces turn green as readers see them.
const receipt = document.querySelector("[data-receipt]");
if (receipt && receipt.dataset.isDone === undefined) followReceipt(receipt);

async function followReceipt(list) {
  const said = document.getElementById("said");
  let done = false;
  try {
    const answer = await fetch(list.dataset.receipt, { headers: { Accept: "application/x-ndjson" } });
    if (answer.ok) {
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done: end } = await reader.read();
        if (end) break;
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        for (const line of lines) {
          const told = JSON.parse(line);
          if ("done" in told) done = told.done;
          else list.append(surface(told));
        }
      }
    }
  } catch { /* said below */ }
  said.textContent = done ? list.dataset.done : list.dataset.failed;
}

function surface({ name, places }) {
  const item = document.createElement("li");
  const tick = document.createElement("span");
  tick.className = "tick";
  tick.ariaHidden = "true";
  tick.textContent = "✓";
  const count = document.createElement("span");
  count.className = "count";
  count.textContent = places.length;
  item.append(tick, " ", name, " ", count);
  return item;
}

// Scheduling: what a time means by every clock, as it is typed.
const plan = document.querySelector("form[data-plan]");
if (plan) {
  const means = plan.querySelector("#means");
  plan.querySelector("[data-check]").hidden = true;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const data = new FormData(plan);
    data.delete("moment");
    const answer = await fetch(plan.getAttribute("action") + "?" + new URLSearchParams(data));
    if (!answer.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    means.replaceChildren(...page.querySelector("#means").childNodes);
  };
  for (const field of plan.querySelectorAll("[name=at], [name=zone]")) field.addEventListener("change", ask);
}

// Words for readers. What is typed is kept in this browser until it is sent,
// whatever else is pressed; until somebody types, what the desk offers stands
// there. A live story that is written in is corrected beside its text.
const words = document.querySelector("form[data-words]");
if (words) {
  const field = words.elements.note;
  const from = words.querySelector("[data-offered]");
  const place = "stet-words " + words.dataset.words;
  const keep = text => {
    try { text ? localStorage.setItem(place, text) : localStorage.removeItem(place); } catch { /* then it is not kept */ }
  };
  let kept = null;
  try { kept = localStorage.getItem(place); } catch { /* nothing is */ }
  if (kept?.trim() === words.dataset.sent) keep(kept = null);
  let own = field.value !== field.defaultValue; // typed before the script was there
  const type = () => {
    own = field.value !== "";
    keep(field.value);
    from.textContent = "";
  };
  if (own) type();
  else if (kept) {
    own = true;
    field.value = kept;
    from.textContent = from.dataset.kept;
  }
  field.addEventListener("input", type);
  field.addEventListener("keydown", e => {
    if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey) || e.isComposing) return;
    e.preventDefault();
    words.requestSubmit();
  });
  document.addEventListener("stet:words", ({ detail }) => {
    if (own || field.value === detail) return;
    field.value = detail;
    from.textContent = detail && from.dataset.offered;
  });
  document.addEventListener("stet:state", () => {
    words.hidden = false;
    document.querySelector(".verbs a[href$='/correct']").hidden = true;
  });
}

// A link that is shown once is there to be copied.
document.getElementById("link")?.select();

// Alarms reach pages that stay open, such as that of a text being written. The
// same ones are not announced twice.
const alarms = document.getElementById("alarms");
const look = 10_000; // milliseconds
if (alarms) setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch("/desk/alarms", { headers: { Accept: "text/html" }, redirect: "error" });
    const html = answer.ok ? await answer.text() : null;
    if (html === null || html.trim() === alarms.innerHTML.trim()) return;
    const said = new DOMParser().parseFromString(html, "text/html");
    alarms.replaceChildren(...said.body.childNodes);
  } catch { /* the desk is away or the session over; the editor says so */ }
}, look);

// A finding leads to its block, which is there once the editor is.
const place = decodeURIComponent(location.hash.slice(1));
if (place && !document.getElementById(place)) {
  const show = () => {
    const block = document.querySelector(`[data-id=${JSON.stringify(place)}]`);
    block?.scrollIntoView({ block: "center" });
    return block;
  };
  if (!show()) {
    const watch = new MutationObserver(() => show() && watch.disconnect());
    watch.observe(document.getElementById("main"), { childList: true, subtree: true });
  }
}
