// Rows of a form that repeat: added from the template beside them, removed by their own button.

export default function rowList(group) {
  const rows = group.querySelector("[data-rows]");
  const template = group.querySelector("template");

  group.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-row]");
    const remove = event.target.closest("[data-remove-row]");
    if (add) {
      event.preventDefault();
      const row = template.content.firstElementChild.cloneNode(true);
      rows.append(row);
      document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: row } }));
      row.querySelector("input, textarea, select").focus();
    } else if (remove) {
      const row = remove.closest("[data-row]");
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next?.querySelector("input, textarea") ?? group.querySelector("[data-add-row]")).focus();
    }
  });
}
