/** A mistake that somebody could make: one edit of a file of the templates. */
export interface Mutant {
  name: string
  file: string
  from: string
  to: string
}

/** What the leak test must catch. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a POST enters look-ups that may not be made',
    file: 'src/core/router.ts',
    from: 'const { asked, notAsked } = admit(marked, lookUps)',
    to: 'const { asked, notAsked } = { ...admit(marked, []), asked: [...lookUps] }',
  },
  {
    name: 'a search that another replica has entered is run as it is',
    file: 'src/core/search/search-run.ts',
    from: 'const { sent, rule } = judge(this.#marked, lookUp)',
    to: [
      'const { rule } = { ...judge(this.#marked, lookUp), rule: undefined }',
      'const sent = { ask: true as const, artifact: this.#marked.artifact, cut: false, content: true }',
    ].join('\n'),
  },
  {
    name: 'the client does not ask the gate for the source that is really asked',
    file: 'src/core/gate/decide.ts',
    from: 'const decision = decide(artifact, marks, view)',
    to: "const decision = decide(artifact, marks, { ...view, reach: 'local', maySee: new Set(['password']) })",
  },
  {
    name: 'a public source is taken for one of our own',
    file: 'src/sources/urlhaus.ts',
    from: "reach: 'query'",
    to: "reach: 'own'",
  },
  {
    name: 'nothing is decoded',
    file: 'src/core/gate/found-in-text.ts',
    from: 'const next = decoded(current)',
    to: 'const next = current',
  },
  {
    name: 'decoding is done once',
    file: 'src/core/gate/found-in-text.ts',
    from: 'const ROUNDS = 3',
    to: 'const ROUNDS = 1',
  },
  {
    name: 'case counts',
    file: 'src/core/gate/found-in-text.ts',
    from: 'return text.toLowerCase()',
    to: 'return text',
  },
  {
    name: 'the user of a URL stays',
    file: 'src/core/protocol/url.ts',
    from: 'return parts && `${parts.scheme}://${parts.host}',
    to: "return parts && `${parts.scheme}://${/\\/\\/([^/]*@)/.exec(text)?.[1] ?? ''}${parts.host}",
  },
  {
    name: 'the fragment of a URL stays',
    file: 'src/core/protocol/url.ts',
    from: 'query: url.search }',
    to: 'query: url.search + url.hash }',
  },
  {
    name: 'a file goes by its name',
    file: 'src/core/gate/decide.ts',
    from: 'artifact: { type, value: sha256, sha256 }, cut: true, content: false',
    to: 'artifact: { type, value: sha256, sha256 }, cut: true, content: true',
  },
  {
    name: 'a call is recorded after it is made',
    file: 'src/core/client/client.ts',
    from: '      await record(call)\n',
    to: '      queueMicrotask(() => void record(call))\n',
  },
]
