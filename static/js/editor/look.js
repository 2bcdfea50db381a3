// The editor in the colours of tokens.css; it follows the theme because it names variables only.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const surfaces = EditorView.theme({
  "&": { fontSize: "12px", color: "var(--ih-ink)", backgroundColor: "transparent", height: "100%", flex: "1", minHeight: "0" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--ih-mono)", lineHeight: "20px", fontFeatureSettings: '"calt" 0', overflow: "auto", maxHeight: "70vh" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--ih-accent)" },
  ".cm-line": { padding: "0 12px 0 8px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--ih-ink-3)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "34px", padding: "0 4px 0 8px" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--ih-selected) 55%, transparent)" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  ".cm-cursor": { borderLeftColor: "var(--ih-accent)", borderLeftWidth: "1.5px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--ih-accent-line)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--ih-selected)", boxShadow: "0 0 0 1px var(--ih-accent-line)", borderRadius: "3px" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--ih-error-tint)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--ih-error-mark) 1px", textUnderlineOffset: "4px", textDecorationSkipInk: "none", backgroundColor: "var(--ih-error-tint)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--ih-warning-mark) 1px", textUnderlineOffset: "4px" },
  ".cm-lintPoint-error:after": { borderBottomColor: "var(--ih-error-mark)" },
  ".cm-tooltip": { border: "0", borderRadius: "8px", backgroundColor: "var(--ih-surface)", color: "var(--ih-ink)", boxShadow: "var(--ih-shadow-pop)", overflow: "hidden" },
  ".cm-tooltip .cm-diagnostic": { padding: "6px 10px", borderLeft: "0", fontFamily: "var(--ih-sans)", fontSize: "12px", whiteSpace: "pre-wrap" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--ih-mono)", fontSize: "12px", maxHeight: "224px", padding: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px", borderRadius: "4px", lineHeight: "20px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--ih-selected)", color: "var(--ih-ink)" },
  ".cm-completionDetail": { color: "var(--ih-ink-3)", fontStyle: "normal", marginLeft: "12px" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-panels": { backgroundColor: "var(--ih-sunken)", color: "var(--ih-ink)", border: "none" },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.tagName, tags.definition(tags.propertyName)], color: "var(--ih-code-key)" },
  { tag: [tags.string, tags.attributeValue, tags.regexp], color: "var(--ih-code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.variableName], color: "var(--ih-code-number)" },
  { tag: [tags.function(tags.variableName), tags.keyword, tags.attributeName], color: "var(--ih-code-fn)" },
  { tag: [tags.comment, tags.processingInstruction, tags.documentMeta], color: "var(--ih-code-comment)" },
]);

export const look = [surfaces, syntaxHighlighting(colours)];
