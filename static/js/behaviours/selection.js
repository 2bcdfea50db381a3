// Says how many rows are chosen for this form; x chooses the row that j and k have reached.

const root = document.documentElement;

export default function selection(form) {
  const text = form.querySelector("[data-selection=text]");
  const chosen = () => [...form.elements].filter((box) => box.type === "checkbox" && box.checked).length;

  function show() {
    const count = chosen();
    const words = count === 1 ? form.dataset.one : form.dataset.some.replace("0", count);
    text.textContent = count ? words : form.dataset.none;
  }

  document.addEventListener("change", (event) => event.target.form === form && show());
  document.addEventListener("keydown", (event) => {
    if (!form.isConnected || event.key !== "x" || root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    document.querySelector("tr[data-cursor] input[type=checkbox]")?.click();
  });
  if (chosen()) show();
}
