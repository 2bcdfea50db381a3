// Opens the dialog named by data-dialog where the browser does not know command="show-modal"; a click beside it closes it.

const knowsCommands = "commandForElement" in HTMLButtonElement.prototype;

export default function dialog(element) {
  if (element instanceof HTMLDialogElement) {
    element.addEventListener("click", (event) => {
      if (event.target === element && !within(event, element.getBoundingClientRect())) element.close();
    });
    if (element.dataset.open !== undefined && !element.open) element.showModal();
    return;
  }
  if (knowsCommands && element.hasAttribute("commandfor")) return;
  element.addEventListener("click", () => {
    const target = document.getElementById(element.dataset.dialog ?? element.getAttribute("commandfor"));
    if (element.getAttribute("command") === "close") target?.close();
    else target?.showModal();
  });
}

function within(event, box) {
  return event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
}
