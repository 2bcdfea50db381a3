// Copies data-copy-text, or the text of data-copy-from, and says so for two seconds.

const SHOWN_MS = 2000;

export default function copy(button) {
  const icon = button.querySelector("use");
  const plain = icon?.getAttribute("href");
  const label = button.getAttribute("aria-label");

  button.addEventListener("click", async () => {
    const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    const text = source ? (source.value ?? source.textContent) : button.dataset.copyText;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      select(source);
      return; // no clipboard on plain http: the text is selected, ready for the keyboard
    }
    button.dataset.copied = "";
    icon?.setAttribute("href", plain.replace(/#.*/, "#check"));
    if (label) button.setAttribute("aria-label", button.dataset.copiedLabel ?? label);
    setTimeout(() => {
      delete button.dataset.copied;
      icon?.setAttribute("href", plain);
      if (label) button.setAttribute("aria-label", label);
    }, SHOWN_MS);
  });
}

function select(source) {
  if (!source) return;
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
}
