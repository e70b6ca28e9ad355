/** The rounds of a measurement in short: their median, and between which values it lies but for noise. */
export interface Figure {
  median: number
  low: number
  high: number
  rounds: number
}

/** The number in the middle; of an even count, between the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  )
}

/**
 * Sums up rounds. The true median lies from `low` to `high` in 95 of 100 cases, whatever the rounds' distribution: both are
 * rounds, by their rank. Of fewer than six rounds they are the least and the greatest, which says less.
 */
export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b)
  const rounds = sorted.length
  const skipped = outside(rounds)
  return { median: quantile(sorted, 0.5), low: sorted[skipped]!, high: sorted[rounds - 1 - skipped]!, rounds }
}

/** How many of the least, and as many of the greatest, lie outside of the 95 %: by the binomial distribution. */
function outside(rounds: number): number {
  let skipped = 0
  let chance = 0.5 ** rounds
  let sum = chance
  while (2 * sum <= 0.05) {
    skipped += 1
    chance *= (rounds - skipped + 1) / skipped
    sum += chance
  }
  return Math.max(0, skipped - 1)
}

/** A share of sorted numbers lies below this one. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? NaN
  const high = sorted[Math.ceil(at)] ?? NaN
  return low + (high - low) * (at - Math.floor(at))
}
