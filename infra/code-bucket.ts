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
  /** True for a bucket with versions, from which Web Functions take their code. */
  readonly hasVersions: boolean;
}

/** Returns the default bucket, which the deployments of an account share in a region. */
const ownBucket = (account: string, region: string): string => `lambda-rproxy-${account}-${region}`;

/** Returns the default bucket for Web Functions: with versions, a file is not removed by a call that does not name one. */
const ownVersionedBucket = (account: string, region: string): string => `lambda-rproxy-${account}-${region}-web`;

/**
 * Returns the location for a stack's code.
 *
 * @param given name of a bucket, or undefined for the default one
 * @param hasVersions true for the code of a Web Function
 */
export function codeStore(
  stack: string,
  { account, region }: { readonly account: string; readonly region: string },
  given: string | undefined,
  hasVersions = false,
): CodeStore {
  const own = (hasVersions ? ownVersionedBucket : ownBucket)(account, region);
  const isOwn = given === undefined || given === own;
  return { bucket: given ?? own, isOwn, prefix: `${stack}/`, account, region, hasVersions };
}

/** Words of every call that names the bucket: S3 refuses the call when another account owns it. */
export const bucketOf = ({ bucket, account }: CodeStore) => ['--bucket', bucket, '--expected-bucket-owner', account];

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

/** A file of a stack, or one version of it. */
interface StoredObject {
  readonly Key: string;
  readonly VersionId?: string;
}

async function objectsOf(aws: Aws, store: CodeStore): Promise<StoredObject[]> {
  const words = [...bucketOf(store), '--prefix', store.prefix, '--query'];
  if (store.hasVersions) {
    const all = '[Versions, DeleteMarkers][][].{Key: Key, VersionId: VersionId}';
    return (await aws.json<StoredObject[] | null>('s3api', 'list-object-versions', ...words, all)) ?? [];
  }
  const keys = await aws.json<string[] | null>('s3api', 'list-objects-v2', ...words, 'Contents[].Key');
  return (keys ?? []).map((Key) => ({ Key }));
}

async function remove(aws: Aws, store: CodeStore, objects: readonly StoredObject[]): Promise<void> {
  for (const { Key, VersionId } of objects) {
    const version = VersionId === undefined ? [] : ['--version-id', VersionId];
    await aws.run('s3api', 'delete-object', ...bucketOf(store), '--key', Key, ...version);
  }
}

/**
 * Removes outdated code: everything except the code that the stack uses, which a rollback needs.
 *
 * @param version of the key, in a bucket with versions
 */
export const removeAllBut = async (aws: Aws, store: CodeStore, key: string, version?: string): Promise<void> =>
  remove(
    aws,
    store,
    (await objectsOf(aws, store)).filter(({ Key, VersionId }) => Key !== key || VersionId !== version),
  );

/** What a stack has in S3. */
export interface StoredCode {
  readonly objects: readonly StoredObject[];
  readonly hasBucket: boolean;
}

/** Lists a stack's code. */
export async function storedCode(aws: Aws, store: CodeStore): Promise<StoredCode> {
  const isThere = await hasBucket(aws, store);
  return { hasBucket: isThere, objects: isThere ? await objectsOf(aws, store) : [] };
}

/**
 * Removes a stack's code, and the bucket too if the deployment created it and it is now empty.
 *
 * @returns true when the bucket was removed
 */
export async function removeCode(aws: Aws, store: CodeStore, { objects, hasBucket }: StoredCode): Promise<boolean> {
  await remove(aws, store, objects);
  if (!store.isOwn || !hasBucket) return false;
  try {
    await aws.run('s3api', 'delete-bucket', ...bucketOf(store));
    return true;
  } catch (error) {
    if (error instanceof AwsError && /BucketNotEmpty/.test(error.message)) return false;
    throw error;
  }
}
