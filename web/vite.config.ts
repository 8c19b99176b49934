import { defineConfig } from "vite";

// Nothing is inlined (the page's policy forbids it), names follow the contents, and the map stands in a file of its own
// that changes only when it is renewed.
export default defineConfig({
  base: "/",
  build: {
    outDir: "../src/safeconduct/station/page/bundle",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    chunkSizeWarningLimit: 1500,
    reportCompressedSize: false,
    rolldownOptions: { input: ["index.html", "plan.html"] },
  },
  worker: { format: "es" },
});
