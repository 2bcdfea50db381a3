// Sets the chosen theme before the first paint; runs blocking in the head.

const root = document.documentElement;
const system = window.matchMedia("(prefers-color-scheme: dark)");

function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // storage can be switched off; the system's theme is a fine answer
  }
}

function apply() {
  const chosen = remembered("hub-theme");
  root.dataset.bsTheme = chosen === "dark" || chosen === "light" ? chosen : system.matches ? "dark" : "light";
  root.dataset.theme = chosen || "system";
}

root.dataset.scripted = "";
root.dataset.keys = remembered("hub-keys") || "on";
apply();
system.addEventListener("change", apply);
window.addEventListener("storage", apply);
window.addEventListener("hub:theme", apply);
