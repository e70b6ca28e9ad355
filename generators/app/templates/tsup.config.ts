import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node20.19',
  clean: true,
  // dist/ runs alone: the image needs no node_modules
  noExternal: [/.*/],
  // what is imported on demand, such as MongoDB's driver, is a file of its own
  splitting: true,
  esbuildOptions(options) {
    // MongoDB's driver brings a copy of what Node has, with tables of 300 kB
    options.alias = { 'whatwg-url': 'node:url' }
  },
  minifySyntax: true,
  minifyWhitespace: true,
  // bundled CommonJS packages call require() for Node's own modules
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
})
