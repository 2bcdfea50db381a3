// A form without a button of its own is sent as soon as a choice is made; its button stays for pages without scripts.

export default function submitWhenChanged(form) {
  for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}
