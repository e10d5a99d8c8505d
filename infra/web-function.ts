import { type Aws, AwsError, type Place } from './aws.ts';
import { bucketOf, type CodeStore, codeStore, uploadCode } from './code-bucket.ts';
import type { Package } from './package.ts';
import type { Parameters } from './parameters.ts';
import { parameterOf, type Stack } from './stack.ts';
import { readTemplate, type Template, templatePath, webFunctionTemplatePath } from './template.ts';
import { UserError } from './user-error.ts';

/** The template of each shape. */
const templates = { Function: templatePath, WebFunction: webFunctionTemplatePath } as const;

/** What Lambda runs: a function that it calls for each request, or a server that it forwards requests to. */
export type Shape = keyof typeof templates;

/** The endpoint of the template. */
export const endpointName = 'default';

/**
 * Returns the shape that a deployment makes: the given one, or else the stack's.
 *
 * @throws {UserError} exit code 2
 */
export function shapeOf(parameters: Parameters, stack: Stack | undefined): Shape {
  const shape = parameters['Shape'] ?? parameterOf(stack, 'Shape') ?? 'Function';
  if (Object.hasOwn(templates, shape)) return shape as Shape;
  throw new UserError(`Shape must be one of ${Object.keys(templates).join(', ')}, but is ${JSON.stringify(shape)}.`, 2);
}

/** Returns the path of a shape's template. */
export const templateOf = (shape: Shape): string => templates[shape];

/**
 * Returns what a command line can be checked against before the shape of the stack is known: the template of the given
 * shape, or the parameters of both.
 */
export function knownParameters(parameters: Parameters): Template {
  if (parameters['Shape'] !== undefined) return readTemplate(templateOf(shapeOf(parameters, undefined)));
  const [one, other] = [readTemplate(templatePath), readTemplate(webFunctionTemplatePath)];
  return { ...one, Parameters: { ...other.Parameters, ...one.Parameters } };
}

/** Returns the location for the code of a stack of this shape. */
export const storeOf = (shape: Shape, stackName: string, place: Place, given: string | undefined): CodeStore =>
  codeStore(stackName, place, given, shape === 'WebFunction');

const update = 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html';

const failed = (error: unknown, pattern: RegExp): boolean => error instanceof UserError && pattern.test(error.message);

/**
 * Checks that Web Functions can be deployed with this CLI and in this region, and that the name is free: names are unique
 * across all regions of an account.
 *
 * @param name of the stack and the function
 * @param isNew false for a stack that has the Web Function already
 * @throws {UserError} with the remedy
 */
export async function checkWebFunctions(aws: Aws, name: string, region: string, isNew: boolean): Promise<void> {
  try {
    await aws.run('lambda-web', 'get-web-account-settings');
  } catch (error) {
    if (failed(error, /[Ii]nvalid choice/)) {
      throw new UserError(
        `The AWS CLI is too old for Shape=WebFunction: it has no command lambda-web. Update it: ${update}`,
      );
    }
    if (failed(error, /Could not connect to the endpoint URL|Invalid endpoint/)) {
      throw new UserError(
        `Lambda Web Functions do not exist in ${region}. Choose another --region, or Shape=Function.\n(${(error as Error).message})`,
      );
    }
    // Whoever may not read the settings may still deploy.
    if (!(error instanceof AwsError)) throw error;
  }
  if (!isNew) return;
  try {
    await aws.run('lambda-web', 'get-web-function', '--function-name', name);
  } catch (error) {
    if (error instanceof AwsError) return;
    throw error;
  }
  throw new UserError(
    `A Web Function ${name} exists already, and names are unique across all regions of an account. Choose another --stack-name.`,
  );
}

const partitionOf = (region: string) =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

/**
 * Returns the policy of the code bucket: Lambda reads the code of the account's Web Functions in this region, and nobody
 * reads anything without TLS. The source is a revision, so the ARN of the function alone would match nothing.
 */
export function codeBucketPolicy({ bucket, account, region }: CodeStore): { readonly Statement: readonly object[] } {
  const partition = partitionOf(region);
  const own = `arn:${partition}:s3:::${bucket}`;
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'LambdaReadsCode',
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Resource: `${own}/*`,
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:lambda:${region}:${account}:web-function/*` },
        },
      },
      {
        Sid: 'OnlyWithTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [own, `${own}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
  return policy;
}

/** Gives the deployment's own bucket versions and the policy. */
async function prepareOwn(aws: Aws, store: CodeStore): Promise<void> {
  const versions = ['--versioning-configuration', 'Status=Enabled'];
  await aws.run('s3api', 'put-bucket-versioning', ...bucketOf(store), ...versions);
  const policy = JSON.stringify(codeBucketPolicy(store));
  await aws.run('s3api', 'put-bucket-policy', ...bucketOf(store), '--policy', policy);
}

/**
 * Checks that a bucket of the user's has versions and lets Lambda read. Its settings are not changed.
 *
 * @throws {UserError} with what prepares it
 */
async function checkGiven(aws: Aws, store: CodeStore): Promise<void> {
  const { bucket } = store;
  const status = ['--query', "Status || 'Off'"];
  if ((await aws.json<string>('s3api', 'get-bucket-versioning', ...bucketOf(store), ...status)) !== 'Enabled') {
    throw new UserError(`A Web Function needs its code in a bucket with versioning. Switch it on, or leave --bucket out:
  aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`);
  }
  const policy = await aws.run('s3api', 'get-bucket-policy', ...bucketOf(store)).catch((error: unknown) => {
    if (failed(error, /NoSuchBucketPolicy/)) return '';
    // Whoever may not read the policy may still deploy.
    if (error instanceof AwsError) return undefined;
    throw error;
  });
  if (policy === undefined || policy.includes('lambda.amazonaws.com')) return;
  throw new UserError(`Lambda may not read the bucket ${bucket}. Add this statement to its policy, or leave --bucket out:
${JSON.stringify(codeBucketPolicy(store).Statement[0], undefined, 2)}`);
}

/** Returns the current version of an object, or undefined when there is none or the caller may not look. */
async function currentVersion(aws: Aws, object: readonly string[]): Promise<string | undefined> {
  try {
    return (await aws.json<{ VersionId?: string }>('s3api', 'head-object', ...object)).VersionId;
  } catch (error) {
    if (failed(error, /\((?:403|404)\)|Not Found|Forbidden|NoSuchKey/)) return undefined;
    throw error;
  }
}

/**
 * Uploads the code for a Web Function. Code that is there already keeps its version, so that a stack gets a new revision
 * exactly when code or settings change.
 *
 * @throws {UserError} when the bucket is not prepared, or the caller lacks the rights with which Lambda reads the code
 */
async function uploadVersion(
  aws: Aws,
  store: CodeStore,
  { path, hex }: Package,
): Promise<{ readonly CodeKey: string; readonly CodeVersion: string }> {
  await (store.isOwn ? prepareOwn : checkGiven)(aws, store);
  const CodeKey = `${store.prefix}${hex}.zip`;
  const object = [...bucketOf(store), '--key', CodeKey];
  const CodeVersion =
    (await currentVersion(aws, object)) ??
    (await aws.json<{ VersionId?: string }>('s3api', 'put-object', ...object, '--body', path)).VersionId;
  if (CodeVersion === undefined || CodeVersion === 'null') {
    throw new UserError(
      `Bucket ${store.bucket} gave the code no version. A Web Function needs a bucket with versioning.`,
    );
  }
  try {
    await aws.run('s3api', 'head-object', ...object, '--version-id', CodeVersion);
  } catch (error) {
    if (!failed(error, /\(403\)|Forbidden|AccessDenied/)) throw error;
    throw new UserError(
      `Whoever deploys a Web Function needs s3:GetObject and s3:GetObjectVersion on ${store.bucket}/*: Lambda reads the code with these rights too.\n(${(error as Error).message})`,
    );
  }
  return { CodeKey, CodeVersion };
}

/** Uploads the code under its own hash and returns the template's parameters for it. */
export async function uploadFor(
  aws: Aws,
  shape: Shape,
  store: CodeStore,
  code: Package,
): Promise<{ readonly CodeKey: string; readonly CodeVersion?: string }> {
  if (shape === 'WebFunction') return uploadVersion(aws, store, code);
  return { CodeKey: await uploadCode(aws, store, code) };
}

/**
 * Waits until the endpoint serves the new revision. A revision whose server does not start is active all the same, so the
 * URL has to be asked afterwards.
 *
 * @throws {UserError} with the reason of AWS
 */
export async function waitForEndpoint(aws: Aws, name: string): Promise<void> {
  const endpoint = ['--function-name', name, '--endpoint-name', endpointName];
  try {
    await aws.run('lambda-web', 'wait', 'web-function-endpoint-active', ...endpoint);
    await aws.run('lambda-web', 'wait', 'web-function-endpoint-updated', ...endpoint);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const found = await aws
      .json<{ state?: string; stateReason?: string; updateStatusReason?: string }>(
        ...['lambda-web', 'get-web-function-endpoint', ...endpoint],
      )
      .catch(() => undefined);
    const reason = found?.updateStatusReason ?? found?.stateReason ?? error.message;
    throw new UserError(`The stack is deployed, but its endpoint is ${found?.state ?? 'not active'}: ${reason}`);
  }
}
