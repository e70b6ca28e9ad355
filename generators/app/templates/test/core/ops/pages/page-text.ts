/** The text of each row of a section's tables, cell by cell, as a reader has it. */
export function rowsOf(page: string, section: string): string[][] {
  const [, part = ''] = page.split(`<section id="${section}">`)
  const rows = part.split('</section>')[0]!.match(/<tr\b.*?<\/tr>/gs) ?? []
  return rows.map((row) => Array.from(row.matchAll(/<t[hd]\b[^>]*>(.*?)<\/t[hd]>/gs), ([, text]) => textOf(text!)))
}

/** The text of some markup, as a reader has it. */
export function textOf(markup: string): string {
  return markup
    .replaceAll(/<(style|script)>.*?<\/\1>/gs, '')
    .replaceAll(/<\/?(?:a|code|small|span|strong)\b[^>]*>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/\s+/g, ' ')
    .trim()
}
