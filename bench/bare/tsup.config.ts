import { defineConfig } from 'tsup'

// as the service is built: one file that runs alone
export default defineConfig({
  entry: ['http', 'h3', 'constant', 'source'].map((name) => `bench/bare/${name}.ts`),
  format: 'esm',
  target: 'node20.19',
  noExternal: [/.*/],
  splitting: false,
  silent: true,
  // beside them lies no package.json that says what they are
  outExtension: () => ({ js: '.mjs' }),
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
})
