// An editor over the text area inside: JSON, XML or JSONata. Esc, then Tab leaves it. Loaded only where one is.

import { createEditor, problemAt } from "../editor/editor.js";

const REPORT_AFTER_MS = 300; // quiet time after typing before the page hears of a change

export default function codeEditor(host) {
  const area = host.querySelector("textarea");
  const mount = document.createElement("div");
  mount.className = "ih-editor__mount";
  let timer = null;

  const view = createEditor({
    parent: mount,
    text: area.value,
    language: host.dataset.language ?? "json",
    label: area.getAttribute("aria-label") ?? document.querySelector(`label[for="${area.id}"]`)?.textContent.trim() ?? "",
    describedBy: area.getAttribute("aria-describedby"),
    readOnly: area.readOnly || area.disabled,
    words: (host.dataset.words ?? "").split(/\s+/).filter(Boolean),
    messages: { invalid: host.dataset.invalidText ?? "" },
    onChange(text) {
      area.value = text;
      clearTimeout(timer);
      timer = setTimeout(() => area.dispatchEvent(new Event("input", { bubbles: true })), REPORT_AFTER_MS);
    },
  });
  // the editor takes the room the text area had, so that nothing jumps; a bare one fills its pane
  if (!host.matches(".ih-editor--bare")) mount.style.minHeight = `${area.offsetHeight}px`;
  area.hidden = true;
  area.after(mount);
  host.editor = view;

  const show = () => problemAt(view, Number(host.dataset.errorLine), Number(host.dataset.errorColumn) || 1, host.dataset.errorText ?? "");
  show();
  new MutationObserver(show).observe(host, { attributes: true, attributeFilter: ["data-error-line", "data-error-column", "data-error-text"] });

  area.addEventListener("hub:set", (event) => {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: event.detail } });
  });
  document.querySelector(`label[for="${area.id}"]`)?.addEventListener("click", () => view.focus());
  area.form?.addEventListener("reset", () => setTimeout(() => area.dispatchEvent(new CustomEvent("hub:set", { detail: area.defaultValue }))));
}
