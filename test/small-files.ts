// The test files that run together in this process: their paths below this folder, as run.ts has chosen them.
for (const file of JSON.parse(process.env['SMALL_TEST_FILES']!) as string[]) {
  await import(new URL(file, import.meta.url).href)
}
