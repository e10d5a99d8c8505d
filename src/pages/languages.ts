import { preferredLanguage } from '../http/response/accept.ts';
import { en } from './messages/en.ts';
import type { Messages } from './messages/messages.ts';

/** Every language, loaded on first use. The first one is the fallback. */
const languages: Readonly<Record<string, () => Promise<Messages>>> = {
  en: async () => en,
  it: async () => (await import('./messages/it.ts')).it,
  de: async () => (await import('./messages/de.ts')).de,
  fr: async () => (await import('./messages/fr.ts')).fr,
  es: async () => (await import('./messages/es.ts')).es,
  pt: async () => (await import('./messages/pt.ts')).pt,
  ja: async () => (await import('./messages/ja.ts')).ja,
  'zh-Hans': async () => (await import('./messages/zh-Hans.ts')).zhHans,
  ar: async () => (await import('./messages/ar.ts')).ar,
};

/** Tags of the languages. */
export const languageTags: readonly string[] = Object.keys(languages);

/** Other tags for one of the languages, which the lookup of RFC 4647 §3.4 would miss. */
const otherNames: Readonly<Record<string, string>> = { zh: 'zh-Hans', 'zh-CN': 'zh-Hans', 'zh-SG': 'zh-Hans' };

const knownTags = [...languageTags, ...Object.keys(otherNames)];

/**
 * Loads the texts in the language that a client prefers.
 *
 * @param acceptLanguage the Accept-Language field (RFC 9110 §12.5.4); absent means English
 * @example (await messagesFor('de-AT, en;q=0.5')).lang // 'de'
 */
export async function messagesFor(acceptLanguage: string | string[] | undefined): Promise<Messages> {
  const preferred = preferredLanguage(acceptLanguage, knownTags) ?? 'en';
  const load = languages[otherNames[preferred] ?? preferred];
  return load === undefined ? en : load();
}
