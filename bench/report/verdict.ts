import { isWithinNoise, type Figure } from '../stats.ts'
import { ratioCell } from './table.ts'

export type Verdict = 'met' | 'missed' | 'within noise'

/** Whether a ratio is what is wanted: neither met nor missed when it is closer to that than its noise. */
export function verdictOn({ median, noise }: Figure, target: number): Verdict {
  if (Math.abs(median - target) <= noise) return 'within noise'
  return median >= target ? 'met' : 'missed'
}

/** A ratio in words, with its noise; one that is no further from 1 than that says so. */
export function ratioText(ratio: Figure): string {
  const text = ratioCell(ratio)
  return isWithinNoise(ratio) ? `${text} (no difference beyond noise)` : text
}

/** A target and what came of it, in words. */
export function targetText(ratio: Figure, target: number | undefined): string {
  return target === undefined ? '' : `target ${target}: ${verdictOn(ratio, target)}`
}
