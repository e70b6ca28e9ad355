/**
 * The same function, whose answer counts for a while: many who look at once, and often, cost no more than one.
 * @param forMs how long: in milliseconds.
 */
export function cached<T>(
  work: () => Promise<T>,
  forMs: number,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let answer: Promise<T> | undefined
  let until = 0
  return () => {
    if (answer && now() < until) return answer
    until = Infinity
    answer = work().finally(() => {
      until = now() + forMs
    })
    // whoever asked is told; the next who asks may have more luck
    answer.catch(() => {
      until = 0
    })
    return answer
  }
}
