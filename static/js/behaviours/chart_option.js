// What ECharts is told: colours from the tokens, patterns per status, gaps where nothing was counted, no animation.

const DECALS = {
  error: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4 },
  warning: { symbol: "circle", dashArrayX: [[4, 4], [0, 4, 4, 0]], dashArrayY: [4, 0], symbolSize: 0.6 },
  skipped: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 3] },
  ignored: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 3], rotation: Math.PI / 4 },
  held: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: Math.PI / 2 },
};
const COLOURS = { success: "chart-ok", ignored: "skipped-mark", rate: "success-mark", p50: "chart-bar", age: "chart-bar", p95: "warning-mark" };
const NONE = { symbol: "none" };

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--ih-${name}`).trim();
const colourOf = (look) => token(COLOURS[look] ?? `${look}-mark`);
const UNITS = { ms: " ms", percent: " %", min: " min" };

function textOf(value, unit) {
  if (unit === "ms" && value >= 1000) return `${value / 1000} s`;
  return unit === "min" && value >= 120 ? `${value / 60} h` : `${value}${UNITS[unit] ?? ""}`;
}

/** Steps of an axis of minutes: whole hours once it is written in hours. */
function stepOf({ unit, lines }) {
  const most = Math.max(...lines.flatMap((line) => line.values));
  return unit === "min" && most > 120 ? 60 * Math.ceil(most / 120) : undefined;
}

function seriesOf(data, line, place) {
  const colour = colourOf(line.look);
  const common = { name: line.label, data: line.values, color: colour, markLine: place === 0 ? marksOf(data) : undefined };
  if (data.form === "bars") {
    const decal = DECALS[line.look] ? { ...DECALS[line.look], color: token("surface") } : NONE;
    const live = { opacity: 0.55 };
    const values = line.values.map((value, at) => (data.live[at] ? { value, itemStyle: live } : value));
    return { ...common, type: "bar", stack: "all", barCategoryGap: "18%", data: values, itemStyle: { decal } };
  }
  const isAlone = line.values.filter((value) => value !== null).length < 2;
  return { ...common, type: "line", connectNulls: false, showSymbol: isAlone || line.values.includes(null), symbolSize: 4, lineStyle: { width: 1.5, type: line.look === "p95" ? "dashed" : "solid" } };
}

/** On which side of its line a word stands: between the lines at the borders it is in the middle. */
function sideOf(place, slots) {
  const share = (place + 0.5) / slots;
  if (share > 2 / 3) return "right";
  return share < 1 / 3 ? "left" : "center";
}

/** Versions that took effect, dashed, each with its word, which no border of the chart cuts. */
function marksOf({ form, marks, axis }) {
  const label = { show: form === "bars", formatter: "{b}", color: token("accent"), fontSize: 11, position: "end" };
  const data = marks.map((mark) => ({ name: mark.label, xAxis: mark.place, label: { align: sideOf(mark.place, axis.length) } }));
  return { silent: true, symbol: "none", animation: false, label, lineStyle: { type: "dashed", color: token("accent"), width: 1 }, data };
}

/** The window, then its values, worst first; built of elements, because the page allows no inline styles. */
function tipOf(data, shown) {
  const box = Object.assign(document.createElement("div"), { className: "ih-charts__tip" });
  const at = shown[0]?.dataIndex ?? 0;
  const rows = data.lines.map((line) => `${line.label}: ${line.texts[at]}`).reverse();
  for (const [place, text] of [data.labels[at], ...rows].entries()) box.append(Object.assign(document.createElement(place ? "span" : "b"), { textContent: text }));
  return box;
}

export function optionOf(data) {
  const small = { color: token("chart-axis"), fontSize: 11 };
  const axisLabel = { ...small, hideOverlap: true, interval: Math.max(0, Math.ceil(data.axis.length / 7) - 1) };
  return {
    animation: false,
    textStyle: { fontFamily: token("sans") },
    aria: { enabled: true, label: { description: data.title }, decal: { show: true } },
    grid: { left: 8, right: 12, top: 16, bottom: 4, containLabel: true },
    brush: { xAxisIndex: 0, brushStyle: { color: token("accent-tint"), borderColor: token("accent"), opacity: 0.5 } },
    tooltip: { trigger: "axis", confine: true, backgroundColor: token("surface"), borderColor: token("line-strong"), formatter: (shown) => tipOf(data, shown) },
    xAxis: { type: "category", data: data.axis, axisLabel, axisTick: { show: false }, axisLine: { lineStyle: { color: token("line-strong") } } },
    yAxis: { type: "value", min: 0, max: data.unit === "percent" ? 100 : undefined, splitNumber: 2, interval: stepOf(data), minInterval: data.unit === "count" || data.unit === "min" ? 1 : 0, axisLabel: { ...small, formatter: (value) => textOf(value, data.unit) }, splitLine: { lineStyle: { color: token("chart-grid") } } },
    series: data.lines.map((line, place) => seriesOf(data, line, place)),
  };
}
