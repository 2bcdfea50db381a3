// Keys: an element says data-shortcut="r" or "g o" and is clicked, a field is focused. Off by choice (hub-keys).

const AFTER_FIRST_MS = 1200; // how long "g" waits for its letter
const root = document.documentElement;
let first = "";
let firstAt = 0;

const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], .cm-editor");
const isVisible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

function target(keys) {
  const scope = document.querySelector("dialog[open]") ?? document;
  return [...scope.querySelectorAll(`[data-shortcut="${CSS.escape(keys)}"]`)].find(isVisible);
}

function act(keys) {
  const element = target(keys);
  if (!element) return false;
  if (element.matches("input, textarea, select")) element.focus();
  else {
    element.focus({ preventScroll: true }); // so that a dialog gives the focus back to its button
    element.click();
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    const name = event.key === "Enter" ? "mod+enter" : `mod+${event.key.toLowerCase()}`;
    if (act(name)) event.preventDefault();
    return;
  }
  if (root.dataset.keys === "off" || isTyping(event.target)) return;
  const inSequence = first && Date.now() - firstAt < AFTER_FIRST_MS;
  const keys = inSequence ? `${first} ${event.key}` : event.key;
  first = "";
  if (act(keys)) event.preventDefault();
  else if (event.key === "g") [first, firstAt] = ["g", Date.now()];
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-switch]")) return;
  root.dataset.keys = event.target.checked ? "on" : "off";
  try {
    localStorage.setItem("hub-keys", root.dataset.keys);
  } catch {
    // without storage the choice lasts until the page is left
  }
});

/** Macs have another name for the key that other machines call Ctrl. */
function nameKeys(root) {
  if (!/Mac|iP(hone|ad|od)/.test(navigator.platform)) return;
  for (const key of root.querySelectorAll(".ih-key")) key.textContent = key.textContent.replace(/^Ctrl ?/, "⌘");
}
nameKeys(document);
document.addEventListener("htmx:load", (event) => nameKeys(event.target));

document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("[data-keys-switch]")) box.checked = root.dataset.keys !== "off";
});
for (const box of document.querySelectorAll("[data-keys-switch]")) box.checked = root.dataset.keys !== "off";
