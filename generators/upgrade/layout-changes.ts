import type { LayoutChange } from './layout.ts'

/** Every move and drop since the first release, oldest version first. */
export const layoutChanges: readonly LayoutChange[] = []
