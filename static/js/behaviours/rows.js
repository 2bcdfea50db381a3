// A table walked with j and k; Enter opens the link of the row, a click beside links does the same.

const root = document.documentElement;

export default function rows(table) {
  const all = () => [...table.querySelectorAll("tbody tr")].filter((row) => row.querySelector("[data-row-link]"));
  const current = () => table.querySelector("tr[data-cursor]");

  function move(step) {
    const list = all();
    const at = list.indexOf(current());
    const next = list[Math.min(Math.max(at + step, 0), list.length - 1)];
    current()?.removeAttribute("data-cursor");
    if (!next) return;
    next.dataset.cursor = "";
    next.querySelector("[data-row-link]").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (!table.isConnected || root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "Enter" && document.activeElement === document.body) current()?.querySelector("[data-row-link]").click();
  });

  table.addEventListener("click", (event) => {
    if (event.target.closest("a, button, input, label, summary") || String(getSelection())) return;
    event.target.closest("tbody tr")?.querySelector("[data-row-link]")?.click();
  });
}
