import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CollectionTag, parse, type ScalarTag } from 'yaml';
import { root } from './installation.ts';

/** Path of the template for a function. */
export const templatePath = join(root, 'infra/template.yaml');

/** Path of the template for a Web Function. */
export const webFunctionTemplatePath = join(root, 'infra/web-function.yaml');

/** The parts of a template parameter that the command line is checked against. */
export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: string | number;
  readonly NoEcho?: boolean;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: readonly (string | number)[];
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly ConstraintDescription?: string;
  readonly Description?: string;
}

/** A template with its functions in long form: `{ Ref: … }`, `{ 'Fn::Sub': … }`. */
export interface Template {
  readonly Parameters: Readonly<Record<string, TemplateParameter>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Rules: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Condition?: string; readonly Properties: Record<string, unknown> }>
  >;
  readonly Outputs: Readonly<Record<string, { readonly Condition?: string; readonly Value: unknown }>>;
  readonly [section: string]: unknown;
}

const functions = ['Ref', 'Condition', 'And', 'Equals', 'GetAtt', 'If', 'Join', 'Not', 'Or', 'Select', 'Split', 'Sub'];

const longForm = (name: string) => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`);

/** CloudFormation's short forms, which YAML calls tags. */
const customTags = functions.flatMap((name): (ScalarTag | CollectionTag)[] => {
  const tag = `!${name}`;
  const wrap = (value: unknown) => ({ [longForm(name)]: value });
  return [
    { tag, resolve: (text: string) => wrap(name === 'GetAtt' ? text.split('.') : text) },
    { tag, collection: 'seq', resolve: (node) => wrap((node as { toJSON(): unknown }).toJSON()) },
  ];
});

/**
 * Reads a CloudFormation template.
 *
 * @param text YAML
 */
export const parseTemplate = (text: string): Template => parse(text, { customTags }) as Template;

/** Reads a template of this repository, by default the one for a function. */
export const readTemplate = (path: string = templatePath): Template => parseTemplate(readFileSync(path, 'utf8'));
