// Completes {{env.KEY}} while somebody types: a list below the field, walked with the arrows, taken with Enter or Tab.
// The keys stand in data-variables of the form. The pattern is that of a combobox, so screen readers follow.

const OPEN = /\{\{\s*(?:e(?:n(?:v(?:\.([A-Za-z0-9_.-]*))?)?)?)?$/;
const MOST = 8;
let lists = 0;

export default function envCompletion(field) {
  const keys = (field.form?.dataset.variables ?? "").split(" ").filter(Boolean);
  if (!keys.length) return;
  const list = document.createElement("ul");
  list.className = "ih-completion";
  list.id = `completion-${++lists}`;
  list.role = "listbox";
  list.hidden = true;
  field.after(list);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
  let at = 0;

  const before = () => field.value.slice(0, field.selectionStart);
  const close = () => show([]);

  function show(found) {
    list.replaceChildren(...found.map((key, place) => option(key, place)));
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    mark(0);
  }

  function option(key, place) {
    const item = Object.assign(document.createElement("li"), { role: "option", id: `${list.id}-${place}`, textContent: key });
    item.addEventListener("mousedown", (event) => (event.preventDefault(), take(key)));
    return item;
  }

  function mark(place) {
    at = place;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    if (list.hidden) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function take(key) {
    const start = before().replace(OPEN, "");
    const end = field.value.slice(field.selectionStart).replace(/^[A-Za-z0-9_.-]*\s*(\}\})?/, "");
    field.setRangeText(`${start}{{env.${key}}}${end}`, 0, field.value.length);
    field.setSelectionRange(start.length + key.length + 8, start.length + key.length + 8);
    close();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  field.addEventListener("input", () => {
    const typed = OPEN.exec(before());
    show(typed ? keys.filter((key) => key.includes((typed[1] ?? "").toLowerCase())).slice(0, MOST) : []);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const count = list.children.length;
    const acts = { ArrowDown: () => mark((at + 1) % count), ArrowUp: () => mark((at + count - 1) % count), Escape: close };
    acts.Enter = acts.Tab = () => take(list.children[at].textContent);
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });
}
