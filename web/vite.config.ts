/// <reference types="vitest/config" />
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import preact from "@preact/preset-vite";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";

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

/** Install the client on the device: it opens without a network, and the pages that were opened before work. */
const pwa = VitePWA({
  registerType: "autoUpdate",
  injectRegister: "script-defer",
  includeAssets: ["icon.svg"],
  manifest: {
    name: "Exercise Buddy",
    short_name: "Buddy",
    description: "Counts your reps, keeps your workouts and shows your progress.",
    start_url: "/",
    display: "standalone",
    background_color: "#f3f6f5",
    theme_color: "#0f766e",
    icons: [
      { src: "/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
      { src: "/icon-maskable.svg", sizes: "any", type: "image/svg+xml", purpose: "maskable" },
    ],
    shortcuts: [
      { name: "Count a set", url: "/count" },
      { name: "Log a workout", url: "/workout" },
    ],
  },
  workbox: {
    skipWaiting: true,
    clientsClaim: true,
    // All pages, but not the pose model: who counts with the camera downloads it once, into the cache below.
    globPatterns: ["index.html", "assets/*.{js,css}", "*.svg"],
    globIgnores: ["assets/pose.worker-*"],
    maximumFileSizeToCacheInBytes: 400_000,
    navigateFallback: "/index.html",
    navigateFallbackDenylist: [/^\/(api|docs|redoc|health|metrics|\.well-known)/],
    runtimeCaching: [
      {
        urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/assets/"),
        handler: "CacheFirst",
        options: { cacheName: "assets", expiration: { maxEntries: 60 } },
      },
    ],
  },
});

export default defineConfig({
  plugins: [preact(), emitPaths(), pwa, compress()],
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
