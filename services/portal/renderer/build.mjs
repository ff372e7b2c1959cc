// Builds what pages load: one script and one style sheet, the same bytes wherever it is built.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "../static/portal");
const vectors = join(here, "../../definitions/vectors/language.json");

const files = (folder) => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? files(path) : [path];
});

// The hash of all that the build is made of: sources, lock, and what the server's engine gives.
function sourceHash() {
  const hash = createHash("sha256");
  const sources = [...files(join(here, "src")), join(here, "build.mjs"), join(here, "package-lock.json"), vectors];
  for (const path of sources.map((each) => relative(here, each).replaceAll("\\", "/")).sort())
    hash.update(path).update("\0").update(readFileSync(join(here, path))).update("\0");
  return hash.digest("hex");
}

const hash = sourceHash();
const made = await build({
  entryPoints: { form: join(here, "src/index.jsx") },
  outdir: target,
  absWorkingDir: here,
  bundle: true,
  minify: true,
  metafile: true,
  format: "iife",
  target: ["es2021", "chrome93", "firefox92", "safari15.4"],
  jsx: "automatic",
  legalComments: "none",
  logLimit: 10,
  define: { "process.env.NODE_ENV": '"production"' },
  alias: { ajv: join(here, "src/forms/ajv.js"), "ajv-formats": join(here, "src/forms/ajv-formats.js") },
  banner: { js: `/* Source ${hash}. Licences: form.licences.txt */`, css: `/* Source ${hash} */` },
});

// The licences of the packages that really are in the script.
const packages = [...new Set(Object.keys(made.metafile.inputs).map((each) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(each)?.[1]).filter(Boolean))].sort();
const licences = packages.map((name) => {
  const folder = join(here, "node_modules", name), { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  return `${name} ${version} (${license})\n\n${file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
});
writeFileSync(join(target, "form.licences.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
for (const path of Object.keys(made.metafile.outputs)) console.log(basename(path), made.metafile.outputs[path].bytes, "bytes");
