// Light, dark or system: a group of buttons with data-theme-choice, remembered on this device.

export default function theme(group) {
  const choices = [...group.querySelectorAll("[data-theme-choice]")];

  function show() {
    for (const choice of choices) {
      choice.setAttribute("aria-pressed", String(choice.dataset.themeChoice === document.documentElement.dataset.theme));
    }
  }

  for (const choice of choices) {
    choice.addEventListener("click", () => {
      try {
        localStorage.setItem("hub-theme", choice.dataset.themeChoice);
      } catch {
        // without storage the choice cannot be kept
      }
      window.dispatchEvent(new Event("hub:theme"));
      for (const other of document.querySelectorAll("[data-theme-choice]")) {
        other.setAttribute("aria-pressed", String(other.dataset.themeChoice === choice.dataset.themeChoice));
      }
    });
  }
  show();
}
