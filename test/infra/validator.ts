import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import validate from '@aws/cloudformation-validate';

/** What AWS's validator says of one place in a template. */
export interface Finding {
  readonly rule: string;
  /** Logical name of the resource, parameter or output. */
  readonly on: string;
  readonly path: string;
  readonly message: string;
}

/** AWS's own validator, for one test file. */
export class Validator {
  readonly #folder = mkdtempSync(join(tmpdir(), 'template-'));
  readonly #engine = new validate.RegoEngine();

  /** Returns the warnings and errors for a template. */
  findings(name: string, text: string): Finding[] {
    const path = join(this.#folder, `${name.replaceAll(' ', '-')}.template`);
    writeFileSync(path, text);
    const { diagnostics } = this.#engine.validateStandard(new validate.TemplateFile(path));
    return diagnostics
      .filter(({ severity }) => severity !== 'INFO' && severity !== 'DEBUG')
      .map(({ ruleId, entity, propertyPath, message }) => ({
        rule: ruleId,
        on: entity?.logicalId ?? '',
        path: propertyPath ?? '',
        message,
      }));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
