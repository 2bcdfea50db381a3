// A <details> menu closes on Escape, on a click beside it, and when another one opens.

const open = new Set();

document.addEventListener("click", (event) => {
  for (const menu of open) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

export default function menu(details) {
  details.addEventListener("toggle", () => {
    if (!details.open) open.delete(details);
    else {
      for (const other of open) if (other !== details) other.open = false;
      open.add(details);
      details.querySelector("input:not([type=hidden], [type=checkbox], [type=radio])")?.focus();
    }
  });
}
