// Bars of a chart as a window: drag over them, or arrow keys, Shift with them to widen, Enter to open, Esc to leave.

export default function brush(chart) {
  const bars = [...chart.querySelectorAll("[data-since]")];
  const said = chart.parentElement.querySelector("[data-brush=said]");
  let first = -1;
  let last = -1;
  let isDragged = false;

  function show() {
    const [from, to] = [Math.min(first, last), Math.max(first, last)];
    for (const [place, bar] of bars.entries()) bar.toggleAttribute("data-chosen", from >= 0 && place >= from && place <= to);
    said.textContent = from < 0 ? "" : `${bars[from].dataset.label} – ${bars[to].dataset.label}`;
    return [from, to];
  }

  function choose(start, end) {
    [first, last] = [start, end].map((place) => Math.min(Math.max(place, -1), bars.length - 1));
    return show();
  }

  function open() {
    const [from, to] = show();
    if (from < 0) return;
    const address = new URL(chart.dataset.brushUrl, location.href);
    address.searchParams.delete("window");
    address.searchParams.set("from", bars[from].dataset.since);
    address.searchParams.set("to", bars[to].dataset.until);
    location.assign(address);
  }

  const placeAt = ({ clientX }) => {
    const box = chart.getBoundingClientRect();
    return Math.min(Math.max(Math.floor(((clientX - box.left) / box.width) * bars.length), 0), bars.length - 1);
  };
  chart.addEventListener("pointerdown", (event) => event.button === 0 && event.pointerType !== "touch" && ([first, last, isDragged] = [placeAt(event), placeAt(event), true]));
  chart.addEventListener("dragstart", (event) => event.preventDefault());
  window.addEventListener("pointermove", (event) => isDragged && placeAt(event) !== last && choose(first, placeAt(event)));
  window.addEventListener("pointerup", () => {
    if (isDragged && first !== last) open();
    isDragged = false;
  });
  chart.addEventListener("click", (event) => first !== last && event.preventDefault(), true);
  chart.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) choose(...(first < 0 ? [bars.length - 1, bars.length - 1] : event.shiftKey ? [first, Math.max(last + step, 0)] : [Math.max(last + step, 0), Math.max(last + step, 0)]));
    else if (event.key === "Enter") open();
    else if (event.key === "Escape") choose(-1, -1);
    else return;
    event.preventDefault();
  });
}
