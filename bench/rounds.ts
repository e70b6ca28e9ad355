import type { Metric, Measurement } from './measure.ts'

/** The rounds of each server: each metric's numbers in the order of the rounds. */
export type Rounds<Name extends string> = Record<Name, Record<Metric, number[]>>

/**
 * Measures in turns, so that whatever else the machine does falls on all alike. The order changes with each round, so
 * that none always comes after the same other.
 */
export async function inTurns<Name extends string>(
  names: readonly Name[],
  rounds: number,
  measureOne: (name: Name) => Promise<Measurement>,
): Promise<Rounds<Name>> {
  const all = Object.fromEntries(names.map((name) => [name, {}])) as Rounds<Name>
  for (let round = 0; round < rounds; round++) {
    const shift = round % names.length
    for (const name of [...names.slice(shift), ...names.slice(0, shift)]) {
      for (const [metric, value] of Object.entries(await measureOne(name)) as [Metric, number][]) {
        ;(all[name][metric] ??= []).push(value)
      }
    }
  }
  return all
}
