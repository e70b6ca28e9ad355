import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'
import { ConfigError } from '../setting.ts'

/** How long before its end a certificate is warned of: in days. */
const WARN_DAYS = 30
const DAY_MS = 86_400_000

/** Paths of PEM files, as `CTS_TLS_CERT` and `CTS_TLS_KEY` name them. */
export interface TlsFiles {
  cert: string
  key: string
}

/** A certificate with its key, both as PEM. */
export interface Certificate {
  cert: string
  key: string
  /** Whom it is for, in one line. */
  subject: string
  /** From when on it is valid, and until when. */
  begin: Date
  end: Date
}

/**
 * Reads a certificate and its key.
 * @throws {ConfigError} when one of them cannot be read, or they do not belong together.
 */
export function readCertificate(files: TlsFiles): Certificate {
  const cert = readPem('CTS_TLS_CERT', files.cert)
  const key = readPem('CTS_TLS_KEY', files.key)
  const parsed = parsing('CTS_TLS_CERT', files.cert, 'certificate', () => new X509Certificate(cert))
  const privateKey = parsing('CTS_TLS_KEY', files.key, 'private key without a passphrase', () => createPrivateKey(key))
  if (!parsed.checkPrivateKey(privateKey)) {
    throw new ConfigError(
      `CTS_TLS_KEY names the file "${files.key}", whose key does not belong to the certificate in "${files.cert}"`,
    )
  }
  const subject = (parsed.subject || parsed.subjectAltName || 'nobody').replaceAll('\n', ', ')
  return { cert, key, subject, begin: new Date(parsed.validFrom), end: new Date(parsed.validTo) }
}

/** Tells whom a certificate is for and when it ends, aloud if that is soon. */
export function tellCertificate({ subject, begin, end }: Certificate, log: Logger, now = new Date()): void {
  const days = Math.floor((end.getTime() - now.getTime()) / DAY_MS)
  const facts = { subject, end: end.toISOString() }
  if (days < 0)
    log.error(facts, 'the certificate has expired: SOAR refuses it. Put a new one in its place, then SIGHUP')
  else if (begin > now) log.error(facts, `the certificate is not valid before ${begin.toISOString()}: SOAR refuses it`)
  else if (days < WARN_DAYS) log.warn(facts, `the certificate expires in ${days} days`)
  else log.info(facts, 'certificate')
}

function readPem(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`${setting} names the file "${path}", which cannot be read (${code})`)
  }
}

function parsing<T>(setting: string, path: string, what: string, parse: () => T): T {
  try {
    return parse()
  } catch {
    throw new ConfigError(`${setting} names the file "${path}", which holds no PEM ${what}`)
  }
}
