// A message can be closed; one that reports success leaves after eight seconds, an error stays.

const SHOWN_MS = 8000;

export default function toast(element) {
  const leave = () => element.remove();
  element.querySelector("[data-toast-close]")?.addEventListener("click", leave);
  if (element.dataset.toastStays !== undefined) return;
  let timer = setTimeout(leave, SHOWN_MS);
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("focusin", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => (timer = setTimeout(leave, SHOWN_MS)));
}
