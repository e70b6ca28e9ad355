import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node20.19',
  clean: true,
  // one file that runs alone: the image needs no node_modules
  noExternal: [/.*/],
  splitting: false,
  minifySyntax: true,
  minifyWhitespace: true,
  // bundled CommonJS packages call require() for Node's own modules
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
})
