// Draws one chart from the numbers beside it (ECharts, SVG); dragging over it opens the list of that window.

import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, BrushComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { optionOf } from "./chart_option.js";

use([AriaComponent, BarChart, BrushComponent, GridComponent, LineChart, MarkLineComponent, SVGRenderer, TooltipComponent]);

const read = (id) => JSON.parse(document.getElementById(id).textContent);

/** Opens the rows of the slots from first to last. */
function openRows(section, data, [first, last]) {
  const address = new URL(section.dataset.rowsUrl, location.href);
  address.searchParams.delete("window");
  address.searchParams.set("from", data.since[Math.max(0, first)]);
  address.searchParams.set("to", data.until[Math.min(data.until.length - 1, last)]);
  location.assign(address);
}

export default function charts(section) {
  const place = section.querySelector("[data-drawing]");
  if (!place) return;
  const data = { ...read("charts-shared"), ...read(place.dataset.drawing) };
  const chart = init(place, null, { renderer: "svg" });
  const draw = () => {
    chart.setOption(optionOf(data), { notMerge: true });
    if (section.dataset.rowsUrl) chart.dispatchAction({ type: "takeGlobalCursor", key: "brush", brushOption: { brushType: "lineX", brushMode: "single" } });
  };
  draw();
  chart.on("brushEnd", ({ areas }) => areas.length && openRows(section, data, areas[0].coordRange));
  new ResizeObserver(() => chart.resize()).observe(place);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}
