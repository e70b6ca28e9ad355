/** What may speak against sending a value: the first that does is what people are told. */
export const MARKS = ['password', 'internal', 'malformed', 'private', 'own', 'good', 'query', 'file'] as const

export type Mark = (typeof MARKS)[number]
