/** A word that the project avoids, and the one that it uses instead. */
export interface AvoidedWord {
  readonly pattern: RegExp;
  readonly use: string;
}

const avoid = (pattern: RegExp, use: string): AvoidedWord => ({ pattern, use });

/** Words to avoid in prose, comments and texts, so that each thing has one word. */
export const avoidedWords: readonly AvoidedWord[] = [
  avoid(/\banswer(?:s|ed|ing)?\b/gi, 'response, respond, return'),
  avoid(/\bupstreams?\b/gi, 'backend'),
  avoid(/\bremote (?:server|host|side)\b/gi, 'backend'),
  avoid(/\btarget system\b/gi, 'backend; on pages: the site'),
  avoid(/\btime-outs?\b/gi, 'timeout'),
  avoid(/\brun-books?\b/gi, 'runbook'),
  avoid(/\bof (?:one['’]s|its|our|their|your|his) own\b(?! (?!and|or|in|to|for|with)\w)/gi, 'the standard term'),
  avoid(/\bone['’]s own\b/gi, 'its, the'),
  avoid(/\b(?:who|whoever|somebody|anybody|nobody) asks\b|\basker\b/gi, 'client'),
  avoid(/\b(?:is|are) (?:never |not )?asked\b/gi, 'is called, receives'),
  avoid(/\bwithout (?:having (?:been )?)?ask(?:ed|ing)\b/gi, 'unrequested'),
  avoid(/\bleads? (?:back|home)\b|\btakes? home\b/gi, 'rewrite to the public host'),
  avoid(/\b(?:is|are|be|been|was|were) heard\b/gi, 'enabled'),
  avoid(/\bjudg(?:e|es|ed|ing)\b/gi, 'verify'),
  avoid(/\blets? go\b/gi, 'abort'),
  avoid(/\bway (?:in|back|out)\b/gi, 'front door, request, response'),
  avoid(/\blook(?:s|ed)? at (?:a|the) backend\b(?!['’]s)|\b(?:is|are) (?:not |never )?looked at\b/gi, 'check'),
  avoid(/\b(?:its|their) like\b/gi, 'similar'),
  avoid(/\bgets? past\b|\bpassed by on\b/gi, 'bypass'),
  avoid(/\bmade anew\b|\bwritten anew\b/gi, 'rebuilt, generated'),
  avoid(/\btells? nothing of\b|\bin silence\b/gi, 'reveal nothing about, silently'),
];

/**
 * Files that hold to the vocabulary. Extend this list when a folder does. Generated tables of a document are left out:
 * their sources count.
 */
export const checkedFiles: readonly string[] = [
  '*.md',
  'docs/*.md',
  'docs/*.ts',
  'docs/conformance/*.ts',
  'test/README.md',
  'test/docs/!(vocabulary|vocabulary.test).ts',
  'test/architecture/*.ts',
  'src/pages/**/*.ts',
  'test/pages/*.ts',
  'test/browser/*.ts',
  'src/config/settings.ts',
  'src/failures.ts',
  'src/failure-mapping.ts',
];

/** A line on which an avoided word is right. */
export interface Exception {
  readonly file: string;
  readonly text: RegExp;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [];
