import type { Procedure, ProcedureKind } from './procedure.ts'

/** Procedures by name: a plain object. */
export type Router<Context> = Record<string, Procedure<ProcedureKind, Context, never, unknown>>

/** A router's procedures as functions of their input. */
export type Caller<R extends Router<never>> = {
  [Name in keyof R]: R[Name] extends Procedure<ProcedureKind, never, infer Input, infer Output>
    ? (...input: undefined extends Input ? [input?: Input] : [input: Input]) => Promise<Output>
    : never
}

/** Calls a router's procedures in this process, as the HTTP binding does from outside. */
export function createCaller<Context, R extends Router<Context>>(router: R, ctx: Context): Caller<R> {
  const entries = Object.entries(router).map(([name, procedure]) => [
    name,
    (input?: unknown) => procedure.call(ctx, input as never),
  ])
  return Object.fromEntries(entries) as Caller<R>
}
