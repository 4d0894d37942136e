// Passkeys: a button with data-passkey asks the browser for one, or with data-new
// for another one, and sends its answer to that address.

for (const button of document.querySelectorAll("[data-passkey]")) {
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) continue; // a browser without
  button.hidden = false;
  button.addEventListener("click", () => use(button));
}

async function use(button) {
  const failed = document.getElementById("passkey-failed");
  failed.hidden = true;
  button.disabled = true;
  try {
    const { passkey: at, next } = button.dataset;
    const { token, options } = await post(at + "/ask", {});
    const credential = "new" in button.dataset
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    location.assign((await post(at, { token, credential: credential.toJSON(), next })).to);
  } catch {
    failed.hidden = false;
    button.disabled = false;
  }
}

async function post(to, body) {
  const answer = await fetch(to, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}
