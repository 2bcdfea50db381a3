// JSONata for the editor: a stream of tokens and the names of its functions.

import { StreamLanguage } from "@codemirror/language";

const FUNCTIONS = `abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl
  decodeUrlComponent distinct each encodeUrl encodeUrlComponent error eval exists filter floor formatBase formatInteger
  formatNumber fromMillis join keys length lookup lowercase map match max merge millis min not now number pad parseInteger
  power random reduce replace reverse round shuffle sift single sort split spread sqrt string substring substringAfter
  substringBefore sum toMillis trim type uppercase zip`.split(/\s+/);

export const jsonataWords = FUNCTIONS.map((name) => ({ label: `$${name}`, type: "function" }));

function token(stream, state) {
  if (state.inComment) {
    state.inComment = !stream.match(/.*?\*\//);
    if (state.inComment) stream.skipToEnd();
    return "comment";
  }
  if (stream.eatSpace()) return null;
  if (stream.match("/*")) {
    state.inComment = true;
    return "comment";
  }
  if (stream.match(/"(?:[^"\\]|\\.)*"?(?=\s*:(?!=))/)) return "propertyName";
  if (stream.match(/"(?:[^"\\]|\\.)*"?/) || stream.match(/'(?:[^'\\]|\\.)*'?/)) return "string";
  if (stream.match(/`[^`]*`?/)) return "propertyName";
  if (stream.match(/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/)) return "number";
  if (stream.match(/\$[A-Za-z_]\w*(?=\s*\()/)) return "variableName.function";
  if (stream.match(/\$\$?[A-Za-z_]?\w*/)) return "variableName";
  if (stream.match(/(?:true|false|null)\b/)) return "atom";
  if (stream.match(/(?:and|or|in|function)\b/)) return "keyword";
  if (stream.match(/[A-Za-z_]\w*/)) return null;
  stream.next();
  return null;
}

const language = StreamLanguage.define({
  name: "jsonata",
  startState: () => ({ inComment: false }),
  token,
  tokenTable: {},
  languageData: { commentTokens: { block: { open: "/*", close: "*/" } }, closeBrackets: { brackets: ["(", "[", "{", '"', "'"] } },
});

export const jsonata = () => language;
