/**
 * How far what a source is told travels: it stays in the process, in the owner's network, becomes known to the operator
 * of a public service, or is uploaded or published there.
 */
export type Reach = 'local' | 'own' | 'query' | 'submit'

const REACHES: readonly Reach[] = ['local', 'own', 'query', 'submit']

/** Whether somebody outside of the owner's network learns what a source of this reach is told. */
export function isPublic(reach: Reach): boolean {
  return reach === 'query' || reach === 'submit'
}

/** The widest of some reaches. */
export function widest(reaches: readonly Reach[]): Reach {
  return reaches.reduce((one, other) => (REACHES.indexOf(other) > REACHES.indexOf(one) ? other : one), 'local')
}
