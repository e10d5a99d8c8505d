import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { templatePath, webFunctionTemplatePath } from './template.ts';

type Section = 'Parameters' | 'Conditions' | 'Rules' | 'Resources' | 'Outputs';

const sections: readonly Section[] = ['Parameters', 'Conditions', 'Rules', 'Resources', 'Outputs'];

const partsPath = join(import.meta.dirname, 'web-function/parts.yaml');

const head = ` lambda-rproxy as one stack, as a Lambda Web Function: made by \`npm run docs\` from template.yaml and web-function/parts.yaml.
 \`npm run deploy -- Shape=WebFunction\` uses it. Nothing in it was tried on AWS yet.`;

/** CloudFormation's short forms stay tags: they are copied, not read. */
const read = (text: string) => parseDocument(text, { logLevel: 'silent' });

const names = (node: unknown): string[] => (isSeq(node) ? (node.toJSON() as string[]) : []);

/** Returns the mapping at a path. */
function mapAt(document: Document, ...path: (string | number)[]): YAMLMap {
  const found = document.getIn(path);
  if (!isMap(found)) throw new Error(`there is no mapping at ${path.join('.')}`);
  return found;
}

/** Returns the name that a `!Ref` refers to, or undefined for anything else. */
const referred = (node: unknown): string | undefined =>
  isScalar(node) && node.tag === '!Ref' ? String(node.value) : undefined;

/** Returns the condition of an `!If`, or undefined for anything else. */
const conditionOf = (node: unknown): string | undefined =>
  isSeq(node) && node.tag === '!If' && isScalar(node.items[0]) ? String(node.items[0].value) : undefined;

/** Parses a single value of the template, such as `!If [A, b, c]`. */
const value = (text: string): Node => read(text).contents as Node;

/**
 * Returns the function's environment variables. One whose parameter is empty is left out, with a condition for each such
 * parameter: AWS may require a value.
 */
function environment(template: Document): YAMLMap {
  const variables = mapAt(
    template,
    'Resources',
    'Function',
    'Properties',
    'Environment',
    'Variables',
  ).clone() as YAMLMap;
  for (const pair of variables.items) {
    const parameter = referred(pair.value);
    if (parameter === undefined || template.getIn(['Parameters', parameter, 'Default']) !== '') continue;
    template.setIn(['Conditions', `Has${parameter}`], value(`!Not [!Equals [!Ref ${parameter}, '']]`));
    pair.value = value(`!If [Has${parameter}, !Ref ${parameter}, !Ref AWS::NoValue]`);
  }
  return variables;
}

/** Takes out what only the function has: whole entries, `Condition: Streams` of those that stay, statements of the role. */
function takeOut(template: Document, parts: Document): void {
  for (const section of sections)
    for (const name of names(parts.getIn(['Without', section]))) {
      if (!template.deleteIn([section, name])) throw new Error(`${section} have no ${name} to take out`);
    }
  for (const { value: resource } of mapAt(template, 'Resources').items)
    if (isMap(resource) && resource.get('Condition') === 'Streams') resource.delete('Condition');
  const statements = template.getIn([
    'Resources',
    'Role',
    'Properties',
    'Policies',
    0,
    'PolicyDocument',
    'Statement',
  ]) as YAMLSeq;
  const unneeded = names(parts.getIn(['Without', 'Statements']));
  statements.items = statements.items.filter((statement) => !unneeded.includes(conditionOf(statement) ?? ''));
}

/** Writes the parts into the template: single values, then whole entries. */
function putIn(template: Document, parts: Document): void {
  for (const item of (parts.get('Replace') as YAMLSeq<YAMLMap>).items) {
    const path = names(item.get('At'));
    if (!template.hasIn(path)) throw new Error(`there is nothing at ${path.join('.')}`);
    template.setIn(path, item.get('With', true));
  }
  for (const section of sections) {
    const added = parts.get(section);
    if (!isMap(added)) continue;
    for (const pair of added.items) template.setIn([section, String(pair.key)], pair.value);
  }
}

/** Gives each parameter its group and its label in the console, and takes those of the missing ones away. */
function arrangeParameters(template: Document, parts: Document): void {
  const console = ['Metadata', 'AWS::CloudFormation::Interface'];
  const known = mapAt(template, 'Parameters');
  const groups = template.getIn([...console, 'ParameterGroups']) as YAMLSeq<YAMLMap>;
  for (const group of groups.items) {
    const parameters = group.get('Parameters') as YAMLSeq;
    const label = String(group.getIn(['Label', 'default']));
    const all = [...names(parameters), ...names(parts.getIn(['Groups', label]))].filter((name) => known.has(name));
    parameters.items = all.map((name) => template.createNode(name));
  }
  const labels = mapAt(template, ...console, 'ParameterLabels');
  for (const pair of mapAt(parts, 'Labels').items) labels.set(String(pair.key), pair.value);
  labels.items = labels.items.filter(({ key }) => known.has(String(key)));
}

/**
 * Makes the template of the Web Function from that of the function, so that a setting, a rule or a saved query stands in
 * one place.
 *
 * @param functionTemplate YAML
 * @param webFunctionParts YAML: what differs
 * @throws {Error} when the parts take out or replace what the template does not have
 */
export function webFunctionTemplate(functionTemplate: string, webFunctionParts: string): string {
  const template = read(functionTemplate);
  const parts = read(webFunctionParts);
  template.commentBefore = head;
  template.set('Description', parts.get('Description'));
  const variables = environment(template);
  takeOut(template, parts);
  putIn(template, parts);
  const own = mapAt(template, 'Resources', 'Revision', 'Properties', 'ServiceConfig', 'EnvironmentVariables');
  own.items.push(...variables.items);
  // The role writes to the group of the Region as well.
  template.setIn(
    ['Resources', 'Role', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement', 0, 'Resource'],
    value('[!GetAtt LogGroup.Arn, !GetAtt LocalLogGroup.Arn]'),
  );
  arrangeParameters(template, parts);
  return template.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Makes it from the files of this repository. */
export const builtWebFunctionTemplate = (): string =>
  webFunctionTemplate(readFileSync(templatePath, 'utf8'), readFileSync(partsPath, 'utf8'));

if (import.meta.main) writeFileSync(webFunctionTemplatePath, builtWebFunctionTemplate());
