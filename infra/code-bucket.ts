import { type Aws, AwsError } from './aws.ts';
import type { Package } from './package.ts';
import { UserError } from './user-error.ts';

/** Location of a stack's code in S3. */
export interface CodeStore {
  readonly bucket: string;
  /** True for a bucket that the deployment creates and removes. */
  readonly isOwn: boolean;
  /** Prefix of the keys of this stack's code. */
  readonly prefix: string;
  /** Account that must own the bucket: a name that is free may be taken by anybody, who could then replace the code. */
  readonly account: string;
  readonly region: string;
}

/** Returns the default bucket, which the deployments of an account share in a region. */
const ownBucket = (account: string, region: string): string => `lambda-rproxy-${account}-${region}`;

/**
 * Returns the location for a stack's code.
 *
 * @param given name of a bucket, or undefined for the default one
 */
export function codeStore(
  stack: string,
  { account, region }: { readonly account: string; readonly region: string },
  given: string | undefined,
): CodeStore {
  const own = ownBucket(account, region);
  return { bucket: given ?? own, isOwn: given === undefined || given === own, prefix: `${stack}/`, account, region };
}

/** Words of every call that names the bucket: S3 refuses the call when another account owns it. */
const bucketOf = ({ bucket, account }: CodeStore) => ['--bucket', bucket, '--expected-bucket-owner', account];

const isMissing = (error: unknown) => error instanceof AwsError && /\(404\)|NoSuchBucket|Not Found/.test(error.message);
const isForbidden = (error: unknown) =>
  error instanceof AwsError && /\(403\)|Forbidden|AccessDenied/.test(error.message);

/** @throws {UserError} for a bucket of another account */
async function hasBucket(aws: Aws, store: CodeStore): Promise<boolean> {
  try {
    await aws.run('s3api', 'head-bucket', ...bucketOf(store));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    if (!isForbidden(error)) throw error;
    throw new UserError(
      `Bucket ${store.bucket} does not belong to account ${store.account}, or the credentials may not list it. ` +
        `Code is kept only in buckets of the account: choose one with --bucket.\n(${(error as Error).message})`,
    );
  }
}

/** Outside of us-east-1 S3 wants the region by name. */
const createBucket = (aws: Aws, { bucket, region }: CodeStore) =>
  aws.run(
    ...['s3api', 'create-bucket', '--bucket', bucket],
    ...(region === 'us-east-1' ? [] : ['--create-bucket-configuration', `LocationConstraint=${region}`]),
  );

/** Makes sure that the bucket exists and belongs to the account. */
export async function prepareBucket(aws: Aws, store: CodeStore): Promise<void> {
  if (await hasBucket(aws, store)) return;
  if (!store.isOwn) throw new UserError(`There is no bucket ${store.bucket}: NoSuchBucket. Correct --bucket.`);
  await createBucket(aws, store);
}

/** Uploads a file. */
async function put(aws: Aws, store: CodeStore, key: string, path: string): Promise<string> {
  await aws.run('s3api', 'put-object', ...bucketOf(store), '--key', key, '--body', path);
  return key;
}

/** Uploads the code under its own hash, so that a stack changes exactly when the code does. */
export const uploadCode = (aws: Aws, store: CodeStore, { path, hex }: Package): Promise<string> =>
  put(aws, store, `${store.prefix}${hex}.zip`, path);

/** Uploads a template that is too large for a call of CloudFormation, and returns its URL. */
export async function uploadTemplate(aws: Aws, store: CodeStore, path: string): Promise<string> {
  const key = await put(aws, store, `${store.prefix}template.yaml`, path);
  const domain = store.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${store.bucket}.s3.${store.region}.${domain}/${key}`;
}

async function keysOf(aws: Aws, store: CodeStore): Promise<string[]> {
  const words = [...bucketOf(store), '--prefix', store.prefix, '--query', 'Contents[].Key'];
  return (await aws.json<string[] | null>('s3api', 'list-objects-v2', ...words)) ?? [];
}

async function remove(aws: Aws, store: CodeStore, keys: readonly string[]): Promise<void> {
  for (const key of keys) await aws.run('s3api', 'delete-object', ...bucketOf(store), '--key', key);
}

/** Removes outdated code: all keys except one, which a rollback needs. */
export const removeAllBut = async (aws: Aws, store: CodeStore, key: string): Promise<void> =>
  remove(
    aws,
    store,
    (await keysOf(aws, store)).filter((each) => each !== key),
  );

/** What a stack has in S3. */
export interface StoredCode {
  readonly keys: readonly string[];
  readonly hasBucket: boolean;
}

/** Lists a stack's code. */
export async function storedCode(aws: Aws, store: CodeStore): Promise<StoredCode> {
  const isThere = await hasBucket(aws, store);
  return { hasBucket: isThere, keys: isThere ? await keysOf(aws, store) : [] };
}

/**
 * Removes a stack's code, and the bucket too if the deployment created it and it is now empty.
 *
 * @returns true when the bucket was removed
 */
export async function removeCode(aws: Aws, store: CodeStore, { keys, hasBucket }: StoredCode): Promise<boolean> {
  await remove(aws, store, keys);
  if (!store.isOwn || !hasBucket) return false;
  try {
    await aws.run('s3api', 'delete-bucket', ...bucketOf(store));
    return true;
  } catch (error) {
    if (error instanceof AwsError && /BucketNotEmpty/.test(error.message)) return false;
    throw error;
  }
}
