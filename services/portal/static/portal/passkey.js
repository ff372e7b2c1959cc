/* Asks the browser for a passkey and hands what it says to the form. Without JavaScript, or in a browser that knows
   no passkeys, what this is for stays hidden and the page's other ways remain. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  const credential = form.querySelector("[name=credential]");
  const trouble = document.getElementById("passkey-trouble");

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (entries) => (entries || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const asked = async () => {
    const given = document.getElementById("passkey-options");
    if (given) return JSON.parse(given.textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const make = ({ publicKey }) => navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: listed(publicKey.excludeCredentials),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    },
  });

  const use = ({ publicKey }) => navigator.credentials.get({
    publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: listed(publicKey.allowCredentials) },
  });

  const told = (made) => {
    const response = { clientDataJSON: text(made.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    return {
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      authenticatorAttachment: made.authenticatorAttachment,
      clientExtensionResults: made.getClientExtensionResults(),
      response,
    };
  };

  form.addEventListener("submit", async (event) => {
    if (credential.value) return;
    event.preventDefault();
    trouble.hidden = true;
    try {
      const options = await asked();
      const made = options.creation_options ? await make(options.creation_options) : await use(options.request_options);
      credential.value = JSON.stringify(told(made));
      form.submit();
    } catch {
      trouble.hidden = false;
      trouble.focus();
    }
  });
  for (const part of document.querySelectorAll("[data-with-passkeys]")) part.hidden = false;
})();
