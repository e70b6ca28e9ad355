import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readCommandLine } from '../generators/command-line.ts'

const read = (...argv: string[]) => {
  const { command, args, options } = readCommandLine(argv)
  return { generator: command.generator, args, options }
}

describe('the command line', () => {
  it('makes a service unless it names the other command', () => {
    assert.deepEqual(read('my-cts'), { generator: 'app', args: ['my-cts'], options: {} })
    assert.deepEqual(read(), { generator: 'app', args: [], options: {} })
    assert.deepEqual(read('searcher', 'ip'), { generator: 'searcher', args: ['ip'], options: {} })
    assert.deepEqual(read('./searcher'), { generator: 'app', args: ['./searcher'], options: {} })
  })

  it('gives options by their names in code, wherever they stand', () => {
    assert.deepEqual(read('--skip-git', '-y', 'my-cts', '--searchers=url,ip', '--name', 'x', '--no-upload-files'), {
      generator: 'app',
      args: ['my-cts'],
      options: { skipGit: true, yes: true, searchers: 'url,ip', name: 'x', uploadFiles: false },
    })
  })

  it('refuses what it does not know, with a remedy', () => {
    const refusals: [string[], string][] = [
      [['--serchers', 'url'], 'Option "--serchers" is not known. Did you mean "--searchers"?'],
      [
        ['searcher', 'ip', '--moon=full'],
        'Option "--moon" is not known. Known: --types, --source, --reach, --yes, --skip-install, --skip-git, --force, --dry-run, --help, --version.',
      ],
      [['searcher', 'ip', '--sources=x'], 'Option "--sources" is not known. Did you mean "--source"?'],
      [['searcher', 'ip', '--demo'], 'Option "--demo" is of another command: resilient-cts [directory] [options]'],
      [['x', '--types', 'net.ip'], 'Option "--types" is of another command: resilient-cts searcher NAME [options]'],
      [['searchers', 'ip'], '"searchers" is no command. Did you mean "resilient-cts searcher ip"?'],
      [['--name'], '--name needs a value: --name NAME.'],
      [['--name', '--yes'], '--name needs a value: --name NAME.'],
      [['--yes=no'], '--yes takes no value, but got "no". Leave it out.'],
      [['--no-name'], 'Option "--no-name" is not known: --name is no switch. Leave it out.'],
    ]
    for (const [argv, message] of refusals) assert.throws(() => readCommandLine(argv), { name: 'OptionError', message })
  })
})
