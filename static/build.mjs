// Bundles static/ and the kit into static/dist/: hub.css, hub.js, theme.js, icons.svg and the fonts.

import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(here, "dist");
const packages = join(root, "node_modules");

const PAGES = ["templates", "hub", "integrations", "monitoring", "inbound", "proxies", "outbound"];
const PLAIN_TAGS = `a abbr address article aside audio b blockquote body button canvas caption code col colgroup dd
  del details dfn dialog div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html i
  iframe img input ins kbd label legend li main mark nav ol optgroup option output p pre progress q root s samp section
  select small span strong sub summary sup svg table tbody td template textarea tfoot th thead time title tr u ul var
  video host`.split(/\s+/);

/** Every page template and every module that names a class or an icon. */
async function sources() {
  const found = [];
  for (const folder of PAGES) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isFile() && /\.(html|py|svg)$/.test(entry.name)) found.push(join(entry.parentPath, entry.name));
    }
  }
  return Promise.all(found.map(async (path) => ({ path, text: await readFile(path, "utf8") })));
}

/** The words inside class="…" only: a kit rule is kept when a page names its class, not when it says the word. */
function classWords(text) {
  const words = [];
  for (const match of text.matchAll(/class(?:Name)?\s*[=:]\s*(?:"([^"]*)"|'([^']*)')/g)) {
    words.push(...(match[1] ?? match[2]).split(/[^\w:-]+/));
  }
  return words.filter(Boolean);
}

/** The part of the kit's style sheet that our pages use. */
function kitStyles(pages) {
  return {
    name: "kit-styles",
    setup(build) {
      build.onLoad({ filter: /tabler\.min\.css$/ }, async ({ path }) => {
        const [purged] = await new PurgeCSS().purge({
          content: pages.map(({ text }) => ({ raw: text, extension: "html" })),
          css: [{ raw: await readFile(path, "utf8") }],
          defaultExtractor: classWords,
          safelist: { standard: PLAIN_TAGS },
          keyframes: true,
          variables: true,
        });
        return { contents: purged.css.replace(/\/\*[#!][\s\S]*?\*\//g, ""), loader: "css" };
      });
    },
  };
}

/** The icons our pages name, as one file of symbols. */
async function iconSprite(pages) {
  const listed = (await readFile(join(here, "icons.txt"), "utf8")).split("\n").filter((line) => line.trim());
  const wanted = new Map(listed.map((name) => [name.trim(), "static/icons.txt"]));
  for (const { path, text } of pages) {
    for (const [, name] of text.matchAll(/(?:\{%\s*icon\s+|\bicon=|["']icon["']:\s*)["']([a-z0-9-]+)["']/g)) wanted.set(name, relative(root, path));
  }
  const symbols = [];
  for (const [name, place] of [...wanted].sort()) {
    const file = join(packages, "@tabler/icons/icons/outline", `${name}.svg`);
    const source = await readFile(file, "utf8").catch(() => {
      throw new Error(`${place} names the icon "${name}", which the icon set does not have.`);
    });
    const shapes = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
    symbols.push(
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ` +
        `stroke-linecap="round" stroke-linejoin="round">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`,
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

async function build({ watch }) {
  const pages = await sources();
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "icons.svg"), await iconSprite(pages));
  await copyFile(join(here, "favicon.svg"), join(out, "favicon.svg"));

  const shared = { bundle: true, minify: !watch, outdir: out, legalComments: "none", target: ["es2022", "chrome111", "firefox115", "safari16.4"] };
  const jobs = [
    {
      ...shared,
      entryPoints: [join(here, "css/hub.css")],
      loader: { ".woff2": "file" },
      assetNames: "fonts/[name]",
      nodePaths: [packages],
      plugins: [kitStyles(pages)],
    },
    {
      ...shared,
      entryPoints: [join(here, "js/hub.js")],
      format: "esm",
      splitting: true,
      chunkNames: "chunks/[name]-[hash]",
    },
    { ...shared, entryPoints: [join(here, "js/theme.js")], format: "iife" },
  ];
  for (const job of jobs) {
    if (watch) await (await esbuild.context({ ...job, logLevel: "info" })).watch();
    else await esbuild.build({ ...job, logLevel: "warning" });
  }
}

await build({ watch: process.argv.includes("--watch") });
