/** How long the mail server may take for each step: in milliseconds. */
const SMTP_TIMEOUT_MS = 10_000

/** Sends one mail. */
export type SendMail = (subject: string, text: string) => Promise<void>

/**
 * Makes what sends mails.
 * @param url of the mail server, with user and password if it wants them: `smtp://` (with STARTTLS if it offers that)
 *   or `smtps://`.
 * @param to one address or several, joined by commas.
 */
export async function createMailer(url: string, from: string, to: string): Promise<SendMail> {
  // loaded only where mails are wanted
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    url,
    connectionTimeout: SMTP_TIMEOUT_MS,
    greetingTimeout: SMTP_TIMEOUT_MS,
    socketTimeout: SMTP_TIMEOUT_MS,
  })
  return async (subject, text) => {
    await transport.sendMail({ from, to, subject, text })
  }
}
