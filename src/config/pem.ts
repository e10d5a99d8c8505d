import { X509Certificate } from 'node:crypto';

/** One block of a PEM text (RFC 7468 §2). */
export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY` and the like. */
  readonly label: string;
  /** The block with its line breaks restored. */
  readonly text: string;
}

const block = /-----BEGIN ([A-Z\d ]{1,40})-----([\s\S]*?)-----END \1-----/g;

/** Restores the lines of a block, and of the header fields that an encrypted key in the old form has (RFC 1421). */
function restored(label: string, content: string): string {
  const header = /^\s*Proc-Type:/.test(content) ? content.trim() : undefined;
  const lines = header ?? (content.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? []).join('\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/**
 * Splits a PEM text into its blocks. Consoles and .env files turn line breaks into spaces or into the two characters
 * `\n`; both are restored.
 *
 * @param value the text of a setting
 * @returns undefined when there is no block, or text that begins another one
 */
export function pemBlocks(value: string): PemBlock[] | undefined {
  const text = value.replaceAll(/\\[rn]/g, '\n');
  const blocks = Array.from(text.matchAll(block), ([, label = '', content = '']) => ({
    label,
    text: restored(label, content),
  }));
  const isWhole = blocks.length > 0 && text.split('-----BEGIN ').length === blocks.length + 1;
  return isWhole ? blocks : undefined;
}

/**
 * Reads one certificate of several.
 *
 * @param text the block
 * @param index its place, from 0
 * @param count how many there are
 * @throws {Error} with a sentence that continues after the setting's name
 */
export function readCertificate(text: string, index: number, count: number): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new Error(`must be certificates in PEM form; number ${index + 1} of ${count} cannot be read`);
  }
}
