// Asks data-live-url every five seconds how many rows are new and offers them; the rows themselves never jump.

const EVERY_MS = 5000;

export default function live(group) {
  const offer = group.querySelector("[data-live=offer]");
  const toggle = group.querySelector("[data-live=toggle]");
  const text = offer.querySelector("[data-live=text]");
  let timer = null;

  async function look() {
    if (document.hidden) return;
    try {
      const answer = await fetch(group.dataset.liveUrl, { headers: { Accept: "application/json", "X-Unattended": "1" } });
      if (answer.ok) show((await answer.json()).count);
    } catch {
      // the next look tries again
    }
  }

  function show(count) {
    offer.hidden = !count;
    text.textContent = group.dataset.liveText.replace("0", new Intl.NumberFormat(document.documentElement.lang).format(count ?? 0));
  }

  function run(on) {
    clearInterval(timer);
    if (on) timer = setInterval(() => (group.isConnected ? look() : clearInterval(timer)), EVERY_MS);
    toggle?.setAttribute("aria-pressed", String(on));
  }

  toggle?.addEventListener("click", () => run(toggle.getAttribute("aria-pressed") !== "true"));
  run(toggle?.getAttribute("aria-pressed") !== "false");
}
