/// <reference types="vitest/config" />
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import preact from "@preact/preset-vite";
import { defineConfig, type Plugin } from "vite";

const API = "http://localhost:8000";

/** Emit the paths of the pages, which the server answers with `index.html`. */
function emitPaths(): Plugin {
  return {
    name: "paths",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "paths.json", source: readFileSync("src/paths.json") });
    },
  };
}

/** Write each text in Brotli and gzip beside itself, so that the server compresses nothing. */
function compress(): Plugin {
  return {
    name: "compress",
    apply: "build",
    // After the last change of another plugin.
    writeBundle: {
      order: "post",
      handler({ dir }, bundle) {
        if (dir === undefined) return;
        for (const name of Object.keys(bundle)) {
          if (!/\.(js|css|html|json|svg|webmanifest|wasm)$/.test(name)) continue;
          const source = readFileSync(join(dir, name));
          if (source.length < 1024) continue;
          writeFileSync(join(dir, `${name}.br`), brotliCompressSync(source));
          writeFileSync(join(dir, `${name}.gz`), gzipSync(source, { level: 9 }));
        }
      },
    },
  };
}

export default defineConfig({
  plugins: [preact(), emitPaths(), compress()],
  build: {
    outDir: process.env.WEB_OUT_DIR ?? "../src/exercise_buddy/web/dist",
    emptyOutDir: true,
    // Scripts inlined as data: URLs would break the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { port: 5173, proxy: { "/api": { target: API, ws: true }, "/favicon.svg": API } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
