// The command palette: arrows walk its list while focus stays in the field, Enter goes there; a click opens it.

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export default function palette(dialog) {
  const field = dialog.querySelector("[role=combobox]");
  const status = dialog.querySelector("[data-palette=status]");
  const options = () => [...dialog.querySelectorAll("[role=option]")];
  const current = () => dialog.querySelector("[role=option][aria-selected=true]");
  let asked = field.value;
  let shown = field.value;

  function mark(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (!option) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  // Until the matches of what stands in the field have come, none is marked: Enter sends the form to the search page.
  function markFirst() {
    mark(field.value === shown ? options()[0] : null);
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-palette=open]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) return;
    dialog.showModal();
    field.select();
    field.dispatchEvent(new Event("hub:opened"));
  });
  field.addEventListener("input", markFirst);
  field.addEventListener("htmx:beforeRequest", () => (asked = field.value));
  dialog.addEventListener("htmx:afterSwap", () => {
    shown = asked;
    markFirst();
    status.textContent = dialog.querySelector("[role=listbox]").dataset.summary ?? "";
  });
  dialog.addEventListener("mouseover", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) mark(option);
  });
  field.addEventListener("keydown", (event) => {
    const all = options();
    if (event.isComposing || !all.length) return;
    const step = STEPS[event.key];
    const from = current() ? all.indexOf(current()) : Math.min(0, -step);
    if (step) mark(all[(from + step + all.length) % all.length]);
    else if (event.key === "Enter" && current()) current().click();
    else return;
    event.preventDefault();
  });
}
