// One configured CodeMirror: gutter, history, brackets, completion, problems, our colours.

import { autocompletion, closeBrackets, closeBracketsKeymap, completeFromList, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { xml } from "@codemirror/lang-xml";
import { bracketMatching, indentOnInput, indentUnit, syntaxTree } from "@codemirror/language";
import { forEachDiagnostic, linter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { jsonata, jsonataWords } from "./jsonata.js";
import { look } from "./look.js";

/** Without the line that Ctrl+Enter would insert: the page may run something by these keys. */
const editing = defaultKeymap.filter(({ key }) => key !== "Mod-Enter");

const LANGUAGES = {
  json: (messages) => [json(), linter((view) => brokenJson(view, messages.invalid), { delay: 500 })],
  xml: () => [xml()],
  jsonata: () => [jsonata(), completing(jsonataWords)],
  text: () => [],
};

/** The first place where the text stops being JSON; the engines of browsers do not all tell it. */
function brokenJson(view, message) {
  const text = view.state.doc.toString();
  if (!text.trim()) return [];
  try {
    JSON.parse(text);
    return [];
  } catch {
    let from = text.length;
    syntaxTree(view.state).iterate({ enter: (node) => void (node.type.isError && (from = Math.min(from, node.from))) });
    const start = Math.max(Math.min(from, text.length - 1), 0);
    return [{ from: start, to: Math.min(start + 1, text.length), severity: "error", message }];
  }
}

function completing(words) {
  const sources = [{ autocomplete: completeFromList(words) }]; // one object for all calls: a query is known by its source
  return EditorState.languageData.of(() => sources);
}

/** Typed text goes straight into the document: the browser would put it into an element with a style attribute, which
 * the content security policy refuses. Composed text (dead keys, input methods) stays with the browser. */
const typing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const isPlain = event.inputType === "insertText" && event.data && !event.isComposing && !view.composing;
    if (!isPlain || view.state.readOnly || view.state.selection.ranges.length > 1 || view.contentDOM.editContext) return false;
    const { from, to } = view.state.selection.main;
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    const isHandled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert));
    if (!isHandled) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

/** The page's nonce: the editor writes style elements, which the content security policy asks it for. */
const nonce = () => document.querySelector("script[nonce]")?.nonce ?? "";

export function createEditor({ parent, text, language, label, describedBy, readOnly, words, messages, onChange }) {
  const attributes = { "aria-label": label, tabindex: "0", spellcheck: "false", autocorrect: "off", autocapitalize: "off" };
  if (describedBy) attributes["aria-describedby"] = describedBy;
  const view = new EditorView({
    parent,
    doc: text,
    extensions: [
      EditorView.cspNonce.of(nonce()),
      EditorView.contentAttributes.of(attributes),
      typing,
      lineNumbers(),
      highlightSpecialChars(),
      history(),
      drawSelection(),
      highlightActiveLine(),
      indentOnInput(),
      indentUnit.of("  "),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ icons: false }),
      (LANGUAGES[language] ?? LANGUAGES.text)(messages),
      words.length ? completing(words.map((word) => ({ label: word, type: "property" }))) : [],
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...editing, ...historyKeymap, indentWithTab]),
      EditorState.readOnly.of(readOnly),
      EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
      look,
    ],
  });
  return view;
}

/** Marks the word at line and column (both from 1), or clears the mark when line is not a line of the text. */
export function problemAt(view, line, column, message) {
  const { doc } = view.state;
  const problems = [];
  if (line >= 1 && line <= doc.lines) {
    const row = doc.line(line);
    const from = Math.min(row.from + column - 1, row.to);
    const word = /^[$\w.]+/.exec(doc.sliceString(from, row.to))?.[0].length ?? 1;
    problems.push({ from, to: Math.min(from + word, Math.max(row.to, from)), severity: "error", message });
  }
  if (!problems.length && !hasProblem(view)) return;
  view.dispatch(setDiagnostics(view.state, problems));
}

function hasProblem(view) {
  let found = false;
  forEachDiagnostic(view.state, () => (found = true));
  return found;
}
