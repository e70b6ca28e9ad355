import type { Procedure, ProcedureKind, Router } from './procedure.ts'
import type { WireError } from './wire.ts'

type ErrorShape = WireError['error']

/** A procedure as the types of tRPC's client see it; nothing of it exists when the service runs. */
interface TrpcProcedure<Kind extends ProcedureKind, Input, Output> {
  (options: unknown): Promise<Output>
  meta: unknown
  _def: {
    $types: { input: Input; output: Output; errorShape: ErrorShape }
    procedure: true
    type: Kind
    meta: unknown
    experimental_caller: boolean
    inputs: never[]
  }
}

type TrpcProcedures<R> = {
  [Name in keyof R]: R[Name] extends Procedure<infer Kind, never, infer Input, infer Output>
    ? TrpcProcedure<Kind, Input, Output>
    : never
}

/** The type that tRPC's client wants of a router: `createTRPCClient<TrpcRouter<typeof router>>(…)`. */
export type TrpcRouter<R extends Router<never>> = {
  _def: {
    _config: {
      $types: { ctx: object; meta: object; errorShape: ErrorShape; transformer: false }
      transformer: never
      errorFormatter: never
      allowOutsideOfServer: boolean
      isServer: boolean
      isDev: boolean
      pathSeparator: '.'
    }
    router: true
    procedure?: never
    procedures: TrpcProcedures<R>
    record: TrpcProcedures<R>
    lazy: Record<string, never>
  }
  createCaller: never
} & TrpcProcedures<R>
