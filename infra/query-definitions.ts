import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { templatePath } from './template.ts';

const extension = '.logs-insights';

/** A saved query of CloudWatch Logs Insights: one file whose first line is `# Title: what it answers`. */
interface SavedQuery {
  /** Name of the resource in the template. */
  readonly logicalId: string;
  readonly title: string;
  readonly text: string;
}

/**
 * Reads the saved queries, in the order of their file names.
 *
 * @throws {Error} for a file whose first line is no title
 */
export function savedQueries(folder: string = join(import.meta.dirname, 'queries')): SavedQuery[] {
  return globSync(`*${extension}`, { cwd: folder })
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8').trimEnd();
      const title = /^# ([^:\n]+): .+\n/.exec(text)?.[1];
      if (title === undefined) throw new Error(`${file} must begin with a line "# Title: what it answers"`);
      const words = basename(file, extension).split('-');
      const logicalId = ['query', ...words].map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join('');
      return { logicalId, title, text };
    });
}

const resource = ({ logicalId, title, text }: SavedQuery) => `  ${logicalId}:
    Type: AWS::Logs::QueryDefinition
    Properties:
      Name: !Sub ${JSON.stringify(`\${AWS::StackName}/${title}`)}
      LogGroupNames: [!Ref LogGroup]
      QueryString: |
${text.replaceAll(/^(?=.)/gm, '        ')}
`;

/**
 * The template with the saved queries between its two markers.
 *
 * @param template YAML
 * @param queries what to put there
 */
export const withQueryDefinitions = (template: string, queries: readonly SavedQuery[]): string =>
  template.replace(
    /( {2}# queries: .*\n)[\s\S]*?( {2}# \/queries\n)/,
    (_, begin: string, end: string) => `${begin}${queries.map(resource).join('')}${end}`,
  );

if (import.meta.main) {
  writeFileSync(templatePath, withQueryDefinitions(readFileSync(templatePath, 'utf8'), savedQueries()));
}
