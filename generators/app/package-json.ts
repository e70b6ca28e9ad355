type Json = Record<string, unknown>

/** Where entries of the owner stand beside those of the template. */
const SECTIONS = ['scripts', 'dependencies', 'devDependencies', 'allowScripts']

/** What the template or the answers decide; everything else that is there is the owner's. */
const OURS = new Set(['name', 'description', 'type', 'engines', ...SECTIONS])

/**
 * A new `package.json` with what the owner has added to theirs: the version, scripts, dependencies, and newer versions
 * of ours. In the order of theirs, so that it is theirs to the letter where nothing of ours has changed.
 */
export function withOwnersPackage(ours: string, theirs: string): string {
  const template = JSON.parse(ours) as Json
  const merged = merge(template, JSON.parse(theirs) as Json, (key, value, theirValue) => {
    if (SECTIONS.includes(key)) return merge(value as Json, theirValue as Json, newerRange)
    return OURS.has(key) ? value : theirValue
  })
  return `${JSON.stringify(merged, null, 2)}\n`
}

function merge(ours: Json, theirs: Json, choose: (key: string, our: unknown, their: unknown) => unknown): Json {
  const keys = [...Object.keys(theirs), ...Object.keys(ours)]
  return Object.fromEntries(
    [...new Set(keys)].map((key) => {
      if (!(key in ours)) return [key, theirs[key]]
      return [key, key in theirs ? choose(key, ours[key], theirs[key]) : ours[key]]
    }),
  )
}

/** The higher of two ranges such as `^2.0.8`; of anything else, ours. */
function newerRange(_name: string, ours: unknown, theirs: unknown): unknown {
  const [our, their] = [versionOf(ours), versionOf(theirs)]
  if (!our || !their) return ours
  const place = our.findIndex((number, index) => number !== their[index])
  return place !== -1 && their[place]! > our[place]! ? theirs : ours
}

function versionOf(range: unknown): number[] | undefined {
  return /^[\^~]?(\d+)\.(\d+)\.(\d+)/.exec(String(range))?.slice(1).map(Number)
}
