// After htmx replaced a part: focus stays where it was, a failed request says so in the live region.

let focused = null;

document.addEventListener("htmx:beforeSwap", () => {
  focused = document.activeElement?.id || null;
});

document.addEventListener("htmx:afterSettle", () => {
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus({ preventScroll: true });
});

function say(template, text) {
  const region = document.getElementById("messages");
  const toast = document.getElementById(template)?.content.firstElementChild.cloneNode(true);
  if (!region || !toast) return;
  if (text) toast.querySelector("[data-slot=detail]").textContent = text;
  region.replaceChildren(toast);
  window.htmx?.process(toast);
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: toast } }));
}

document.addEventListener("htmx:sendError", () => say("toast-unreachable"));
document.addEventListener("htmx:timeout", () => say("toast-unreachable"));
document.addEventListener("htmx:responseError", (event) => {
  const answer = event.detail.xhr;
  const id = answer.getResponseHeader("X-Request-ID");
  say("toast-failed", [`HTTP ${answer.status}`, id].filter(Boolean).join(" · "));
});
