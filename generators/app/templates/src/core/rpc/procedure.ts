import * as v from 'valibot'
import { RpcError } from './error.ts'

/** How many issues of an input are told. */
const MAX_ISSUES = 10

/** A query reads, a mutation may change something. */
export type ProcedureKind = 'query' | 'mutation'

/** A function of the service whose input and output are checked; it knows nothing of HTTP. */
export interface Procedure<Kind extends ProcedureKind, Context, Input, Output> {
  readonly kind: Kind
  /**
   * Checks the input, resolves, and checks the output.
   * @throws {RpcError} `BAD_REQUEST` with the first issues of an input that is wrong, or what the resolver throws.
   */
  call(ctx: Context, input: Input): Promise<Output>
}

/**
 * Builds procedures. Each step gives a new builder, so that one can be kept and built upon. `Raw…` is what comes in
 * before a schema has checked it.
 */
export interface ProcedureBuilder<Context, RawInput, Input, RawOutput, Output> {
  /** What the procedure takes. */
  input<Raw, Checked>(schema: v.GenericSchema<Raw, Checked>): ProcedureBuilder<Context, Raw, Checked, RawOutput, Output>
  /** What it gives; anything else is a fault of the procedure. */
  output<Raw, Checked>(schema: v.GenericSchema<Raw, Checked>): ProcedureBuilder<Context, RawInput, Input, Raw, Checked>
  query(resolver: Resolver<Context, Input, RawOutput>): Procedure<'query', Context, RawInput, Output>
  mutation(resolver: Resolver<Context, Input, RawOutput>): Procedure<'mutation', Context, RawInput, Output>
}

type Resolver<Context, Input, RawOutput> = (options: { ctx: Context; input: Input }) => RawOutput | Promise<RawOutput>

/** A builder of procedures with this context, which take nothing and give anything until they are told otherwise. */
export function createProcedureBuilder<Context>(): ProcedureBuilder<Context, void, void, unknown, unknown> {
  return builder(v.void('takes no input'), v.unknown())
}

function builder<Context, RawInput, Input, RawOutput, Output>(
  inputSchema: v.GenericSchema<RawInput, Input>,
  outputSchema: v.GenericSchema<RawOutput, Output>,
): ProcedureBuilder<Context, RawInput, Input, RawOutput, Output> {
  const build = <Kind extends ProcedureKind>(kind: Kind, resolver: Resolver<Context, Input, RawOutput>) => ({
    kind,
    async call(ctx: Context, raw: RawInput): Promise<Output> {
      const input = checkInput(inputSchema, raw)
      return checkOutput(outputSchema, await resolver({ ctx, input }))
    },
  })
  return {
    input: (schema) => builder(schema, outputSchema),
    output: (schema) => builder(inputSchema, schema),
    query: (resolver) => build('query', resolver),
    mutation: (resolver) => build('mutation', resolver),
  }
}

function checkInput<Input>(schema: v.GenericSchema<unknown, Input>, raw: unknown): Input {
  const checked = v.safeParse(schema, raw)
  if (checked.success) return checked.output
  const issues = checked.issues
    .slice(0, MAX_ISSUES)
    .map((issue) => ({ path: v.getDotPath(issue) ?? '', message: issue.message }))
  const sentence = issues.map(({ path, message }) => (path ? `"${path}" ${message}` : `it ${message}`)).join('; ')
  throw new RpcError('BAD_REQUEST', `The input is wrong: ${sentence}`, { issues })
}

function checkOutput<Output>(schema: v.GenericSchema<unknown, Output>, raw: unknown): Output {
  const checked = v.safeParse(schema, raw)
  if (checked.success) return checked.output
  const [issue] = checked.issues
  throw new Error(`a procedure's output is wrong at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`)
}

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
