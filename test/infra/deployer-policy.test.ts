import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { actionsByCall, actionsByType, deployerPolicy } from '../../docs/deployer-policy.ts';
import { readTemplate, webFunctionTemplatePath } from '../../infra/template.ts';

const infra = join(import.meta.dirname, '../../infra');

/** The files of infra/ that a command loads. */
function filesOf(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, specifier = ''] of readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
    const next = join(dirname(path), specifier);
    if (next.startsWith(infra)) filesOf(next, found);
  }
  return found;
}

/** Calls of the AWS CLI: a service and an operation, one after the other, in a call or in a list of words. */
const callPattern =
  /'(sts|configure|cloudformation|s3api|s3|lambda-web|lambda|logs|iam|cloudfront)',\s*'([a-z][a-z0-9-]+)'/g;

const calls = new Set(
  [...filesOf(join(infra, 'deploy.ts')), ...filesOf(join(infra, 'undeploy.ts'))].flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(callPattern)].map(([, service, operation]) => `${service} ${operation}`),
  ),
);

const allowed = deployerPolicy.Statement.flatMap(({ Action }) => Action);

describe("the deployer's policy", () => {
  test('covers every call of the AWS CLI that deploy and undeploy make, and no other', () => {
    expect([...calls].sort()).toEqual(Object.keys(actionsByCall).sort());
    expect(calls.size).toBeGreaterThan(12);
  });

  test('covers every type of resource in both templates', () => {
    const templates = [readTemplate(), readTemplate(webFunctionTemplatePath)];
    const types = new Set(templates.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)));
    expect([...types].filter((type) => actionsByType[type] === undefined)).toEqual([]);
  });

  test('allows exactly the actions of both', () => {
    const needed = new Set([...Object.values(actionsByCall), ...Object.values(actionsByType)].flat());
    expect([...allowed].sort()).toEqual([...needed].sort());
    for (const action of allowed) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
  });

  test('allows nothing by a pattern of actions, and fits into a managed policy', () => {
    expect(allowed.filter((action) => action.includes('*'))).toEqual([]);
    expect(JSON.stringify(deployerPolicy).length).toBeLessThan(6144);
  });

  test('stands in docs/deploy.md', () => {
    const page = readFileSync(join(infra, '../docs/deploy.md'), 'utf8');
    const [, json = ''] = /<!-- table: policy -->\s*```json\n([\s\S]*?)```/.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual(deployerPolicy);
  });
});
