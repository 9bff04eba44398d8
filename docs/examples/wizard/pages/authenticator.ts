import { PRESETS } from '../browser/authenticator/phone-clock.js';
import { type Html, html } from '../html.js';

/** The virtual authenticator: an app for those without a phone. A document of its own, since it is another device. */
export function authenticatorDocument(nowMs: number): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Virtual authenticator</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/authenticator.css">
<script type="module" src="/assets/authenticator.js"></script>
</head>
<body data-now="${nowMs}">
<main class="phone">
<div class="status-bar"><p><span id="time"></span> <span id="date"></span></p> <p id="clock-error"></p></div>
<h1>Authenticator</h1>
<p class="hint">Stands in for the app on your phone. For the demonstration only: its keys lie open in this browser.</p>
<noscript><p class="notice warning">The codes are made in your browser, and that takes JavaScript. Without it, use an app on a
phone.</p></noscript>
<div id="phone" hidden>
${accounts()}
${adding()}
${setting()}
</div>
</main>
</body>
</html>
`;
}

function accounts(): Html {
  return html`<h2 class="unseen">Accounts</h2>
<ul id="accounts" class="accounts"></ul>
<p id="empty" class="empty">No account yet. Begin a set-up in the other tab, then scan its QR code here.</p>
<div id="message" class="notice" role="status" tabindex="-1"><p id="message-text"></p>
<button type="button" class="button quiet" id="undo" hidden>Undo</button></div>
<template id="account"><li class="account">
<p class="issuer"></p>
<p class="person"></p>
<code class="now"></code>
<div class="rest"><span class="seconds"></span></div>
<div class="actions"><button type="button" class="button quiet copy">Copy</button>
<button type="button" class="button quiet remove">Remove</button></div>
</li></template>`;
}

function adding(): Html {
  return html`<h2>Add an account</h2>
<div class="wide-buttons">
<button type="button" class="button" id="scan">Scan the other tab</button>
<button type="button" class="button quiet" id="choose">Choose a picture</button>
<input type="file" id="picture" accept="image/*" hidden>
</div>
<p class="hint">Or paste a picture, or drop it here.</p>
<details>
<summary>Type the setup key</summary>
<form id="typing" class="form">
<div class="field"><label for="key">Setup key</label>
<input id="key" name="key" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" required></div>
<div class="field"><label for="account-name">Name</label>
<input id="account-name" name="account" type="text" autocomplete="off" spellcheck="false"></div>
<button class="button">Add</button>
</form>
</details>`;
}

function setting(): Html {
  return html`<h2 id="clock">Clock of this phone</h2>
<p class="hint">See what the wizard does when it is wrong.</p>
<div class="presets" role="group" aria-labelledby="clock">
${PRESETS.map(
  ({ seconds, label }) =>
    html`<button type="button" class="button quiet" data-seconds="${seconds}" aria-pressed="false">${label}</button>`,
)}
</div>
<form id="setting" class="form">
<div class="field"><label for="seconds">In seconds</label>
<p class="hint" id="seconds-hint">Behind is negative, such as −45.</p>
<div class="beside"><input id="seconds" name="seconds" type="text" autocomplete="off" spellcheck="false" aria-describedby="seconds-hint">
<button class="button quiet">Set</button></div></div>
</form>`;
}
