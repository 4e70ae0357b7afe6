// Builds each src/*.scss and src/*.js (a file in a folder below src is only ever imported) and copies public/, all into
// the folder given as the only argument. Run by dev.py; the names get their hash from Django.
import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, parse, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compileAsync } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2]);
const fresh = `${out}.new`;
// The oldest browser in the offices; newer syntax is lowered, newer features are ours to avoid.
const common = { bundle: true, minify: true, target: "chrome69", charset: "utf8", logLevel: "warning", legalComments: "none" };

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
for (const name of await readdir(join(here, "src"))) {
  const { name: stem, ext } = parse(name);
  if (ext === ".scss" && !stem.startsWith("_")) {
    const { css } = await compileAsync(join(here, "src", name), {
      loadPaths: [join(here, "node_modules")],
      quietDeps: true,
      silenceDeprecations: ["import"], // Bootstrap 5.3 is written with @import
    });
    await build({
      ...common,
      stdin: { contents: css, loader: "css", resolveDir: join(here, "src") },
      outfile: join(fresh, `${stem}.css`),
      loader: { ".svg": "dataurl" },
    });
  } else if (ext === ".js") {
    await build({ ...common, entryPoints: [join(here, "src", name)], format: "iife", outfile: join(fresh, name) });
  }
}
if (existsSync(join(here, "public"))) await cp(join(here, "public"), fresh, { recursive: true });
// A half-built bundle is never seen: the folder is swapped only when everything compiled.
await rm(out, { recursive: true, force: true });
await rename(fresh, out);
