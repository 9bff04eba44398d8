// The browser's side: forms as JSON, and the two ceremonies of WebAuthn.
const find = (selector) => document.querySelector(selector);

async function post(path, body = {}) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
}

/** @returns the server's answer to what the passkey signed */
async function ceremony(path) {
  const begun = await post(`${path}/options`);
  if (!begun.ok) return begun;
  const isNew = path.endsWith('/new');
  try {
    const credential = isNew
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(begun.asked),
        })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(begun.asked) });
    return await post(path, { response: credential.toJSON() });
  } catch (error) {
    return { ok: false, reason: error.name }; // the person closed the dialog, or no passkey of theirs is here
  }
}

async function show({ ok, reason, keyUri, picture }) {
  const state = await post('/state');
  const isRecovering = state.status === 'recovering';
  const pages = !state.ok ? ['password'] : state.isOpen ? ['application', 'set-up'] : ['factor'];
  if (isRecovering) pages.push('set-up');
  for (const part of document.querySelectorAll('[data-page]')) part.hidden = !pages.includes(part.dataset.page);
  find('[role=status]').textContent = ok ? 'Done' : (reason ?? '');
  find('[data-page=set-up] p').hidden = keyUri === undefined;
  if (keyUri !== undefined) {
    find('img').src = picture;
    find('a').href = keyUri;
  }
  const lines = [
    ...(state.devices ?? []).map(({ name, serialNumber }) => [name, '/device/remove', { serialNumber }]),
    ...(state.passkeys ?? []).map((id) => ['Passkey', '/passkey/remove', { id }]),
  ];
  find('ul').replaceChildren(
    ...lines.map(([name, path, body]) => {
      const line = document.createElement('li');
      const button = document.createElement('button');
      button.textContent = `Remove ${name}`;
      button.onclick = async () => show(await post(path, body));
      line.append(button);
      return line;
    }),
  );
}

document.addEventListener('submit', async (event) => {
  event.preventDefault();
  show(await post(event.target.dataset.post, Object.fromEntries(new FormData(event.target))));
});
document.addEventListener('click', async ({ target }) => {
  if (target.dataset.passkey) show(await ceremony(target.dataset.passkey));
  else if (target.matches('button[data-post]')) show(await post(target.dataset.post));
});
show({ ok: false });
