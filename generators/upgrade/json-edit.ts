/** An object of JSON. */
export type Json = Record<string, unknown>

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a field of a JSON text is to be. */
export interface FieldEdit {
  path: readonly string[]
  /** `undefined` takes the field out. */
  value: unknown
  /** Of these keys, a new field comes after the last one that is there. */
  after?: readonly string[]
}

/** A JSON text with other fields; everything around them stays as it is, to the letter. */
export function withFields(text: string, edits: readonly FieldEdit[]): string {
  return edits.reduce(withField, text)
}

interface Span {
  start: number
  end: number
}

interface Node extends Span {
  /** Of an object. */
  members?: Member[]
}

interface Member {
  key: Span & { name: string }
  value: Node
}

function withField(text: string, { path, value, after = [] }: FieldEdit): string {
  const [name, parents] = [path.at(-1)!, path.slice(0, -1)]
  const object = parents.reduce((node, key) => memberOf(node, key)!.value, parse(text))
  const member = memberOf(object, name)
  if (value === undefined) return member ? without(text, object, member) : text
  if (!member) return inserted(text, object, { name, value, after })
  return replaced(text, member.value, format(value, styleAt(text, member.key.start, member.value)))
}

/** Of keys that are there twice, the last one counts. */
function memberOf({ members = [] }: Node, key: string): Member | undefined {
  return members.findLast((member) => member.key.name === key)
}

function without(text: string, { start, end, members = [] }: Node, member: Member): string {
  const place = members.indexOf(member)
  if (members.length === 1) return replaced(text, { start, end }, '{}')
  if (place === 0) return replaced(text, { start: member.key.start, end: members[1]!.key.start }, '')
  return replaced(text, { start: members[place - 1]!.value.end, end: member.value.end }, '')
}

function inserted(
  text: string,
  object: Node,
  { name, value, after }: { name: string; value: unknown; after: readonly string[] },
): string {
  const { members = [] } = object
  const [first, second] = members
  if (!first) {
    const outer = styleAt(text, object.start)
    const inner = { ...outer, indent: outer.indent + outer.unit }
    const field = `${JSON.stringify(name)}: ${format(value, inner)}`
    const lines = outer.unit === '' ? ` ${field} ` : `\n${inner.indent}${field}\n${outer.indent}`
    return replaced(text, object, `{${lines}}`)
  }
  const opening = text.slice(object.start + 1, first.key.start)
  const between = second ? text.slice(text.indexOf(',', first.value.end) + 1, second.key.start) : ' '
  const gap = opening.includes('\n') ? opening : between
  const colon = text.slice(first.key.end, first.value.start)
  const field = `${JSON.stringify(name)}${colon}${format(value, styleAt(text, first.key.start))}`
  const [previous] = after.toReversed().flatMap((key) => memberOf(object, key) ?? [])
  if (!previous) return replaced(text, { start: first.key.start, end: first.key.start }, `${field},${gap}`)
  return replaced(text, { start: previous.value.end, end: previous.value.end }, `,${gap}${field}`)
}

interface Style {
  /** Of the line that a field is in. */
  indent: string
  /** One step of indentation; none where all is in one line. */
  unit: string
  /** Whether a list is to be in one line. */
  listInline: boolean
}

function styleAt(text: string, place: number, before?: Span): Style {
  const line = text.slice(text.lastIndexOf('\n', place - 1) + 1, place)
  const unit = text.trim().includes('\n') ? (/\{\s*?\n([ \t]+)/.exec(text)?.[1] ?? '  ') : ''
  const listInline = before !== undefined && !text.slice(before.start, before.end).includes('\n')
  return { indent: /^[ \t]*/.exec(line)![0], unit, listInline }
}

function format(value: unknown, { indent, unit, listInline }: Style): string {
  if (listInline && Array.isArray(value)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
  return JSON.stringify(value, null, unit).replaceAll('\n', `\n${indent}`)
}

function replaced(text: string, { start, end }: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end)
}

/** Where everything lies in a text that is known to be JSON. */
function parse(text: string): Node {
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g)]
  let at = 0
  const take = (): Span & { token: string } => {
    const { 0: token, index } = tokens[at++]!
    return { token, start: index, end: index + token.length }
  }
  const next = () => tokens[at]?.[0]
  const node = (): Node => {
    const { token, start, end } = take()
    if (token !== '{' && token !== '[') return { start, end }
    const members: Member[] = []
    while (next() !== '}' && next() !== ']') {
      if (next() === ',') take()
      else if (token === '[') node()
      else {
        const { token: name, ...span } = take()
        take()
        members.push({ key: { ...span, name: JSON.parse(name) as string }, value: node() })
      }
    }
    const span = { start, end: take().end }
    return token === '{' ? { ...span, members } : span
  }
  return node()
}
