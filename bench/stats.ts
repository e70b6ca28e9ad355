/** The middle of the numbers, and how far they lie apart. */
export interface Figure {
  median: number
  /** Half of the range of the rounds, without the best and the worst of five or more; of one round it is not known. */
  noise: number
}

/** The number in the middle; of an even count, between the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  )
}

/** Sums up the rounds of a measurement. */
export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b)
  const kept = sorted.length >= 5 ? sorted.slice(1, -1) : sorted
  return { median: quantile(sorted, 0.5), noise: kept.length > 1 ? (kept.at(-1)! - kept[0]!) / 2 : Infinity }
}

/** The ratio of two measurements, round by round: each was measured just before or after the other. */
export function ratioOf(values: readonly number[], bases: readonly number[]): Figure {
  return figureOf(values.map((value, round) => value / bases[round]!))
}

/** Whether a ratio is no further from 1 than its noise. */
export function isWithinNoise({ median, noise }: Figure): boolean {
  return Math.abs(median - 1) <= noise
}

/** A share of sorted numbers lies below this one. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? NaN
  const high = sorted[Math.ceil(at)] ?? NaN
  return low + (high - low) * (at - Math.floor(at))
}
