// Binds data-behaviour="name" to its module, now and after every htmx swap.

import brush from "./behaviours/brush.js";
import copy from "./behaviours/copy.js";
import dialog from "./behaviours/dialog.js";
import envCompletion from "./behaviours/env_completion.js";
import filterValue from "./behaviours/filter_value.js";
import filters from "./behaviours/filters.js";
import live from "./behaviours/live.js";
import menu from "./behaviours/menu.js";
import palette from "./behaviours/palette.js";
import rowList from "./behaviours/row_list.js";
import rows from "./behaviours/rows.js";
import selection from "./behaviours/selection.js";
import submitWhenChanged from "./behaviours/submit_when_changed.js";
import theme from "./behaviours/theme.js";
import toast from "./behaviours/toast.js";

const behaviours = {
  brush,
  copy,
  dialog,
  filters,
  live,
  menu,
  palette,
  rows,
  selection,
  theme,
  toast,
  "env-completion": envCompletion,
  "filter-value": filterValue,
  "row-list": rowList,
  "submit-when-changed": submitWhenChanged,
  charts: async (element) => (await import("./behaviours/charts.js")).default(element),
  "code-editor": async (element) => (await import("./behaviours/code_editor.js")).default(element),
};
const bound = new WeakSet();

/** Binds every element below root that asks for a behaviour; one element may name several. */
export function bind(root) {
  const elements = [...root.querySelectorAll("[data-behaviour]")];
  if (root.matches?.("[data-behaviour]")) elements.unshift(root);
  for (const element of elements) {
    if (bound.has(element)) continue;
    bound.add(element);
    for (const name of element.dataset.behaviour.split(/\s+/)) behaviours[name]?.(element);
  }
}

export function start() {
  bind(document.body);
  document.addEventListener("htmx:load", (event) => bind(event.detail.elt));
}
