import { type Aws, AwsError } from './aws.ts';
import type { Package } from './package.ts';

/** Location of a stack's code in S3. */
export interface CodeStore {
  readonly bucket: string;
  /** True for a bucket that the deployment creates and removes. */
  readonly isOwn: boolean;
  /** Prefix of the keys of this stack's code. */
  readonly prefix: string;
}

/** Returns the default bucket, which the deployments of an account share in a region. */
export const ownBucket = (account: string, region: string): string => `lambda-rproxy-${account}-${region}`;

/** Returns the location for a stack's code. */
export const codeStore = (stack: string, own: string, given: string | undefined): CodeStore => ({
  bucket: given ?? own,
  isOwn: given === undefined || given === own,
  prefix: `${stack}/`,
});

const isMissing = (error: unknown) => error instanceof AwsError && /\(404\)|NoSuchBucket|Not Found/.test(error.message);

/** Returns whether the bucket exists. */
export async function hasBucket(aws: Aws, { bucket }: CodeStore): Promise<boolean> {
  try {
    await aws.run('s3api', 'head-bucket', '--bucket', bucket);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Uploads the code under its own hash, so that a stack changes exactly when the code does. */
export async function upload(aws: Aws, store: CodeStore, { path, hex }: Package): Promise<string> {
  if (store.isOwn && !(await hasBucket(aws, store))) await aws.run('s3', 'mb', `s3://${store.bucket}`);
  const key = `${store.prefix}${hex}.zip`;
  await aws.run('s3', 'cp', path, `s3://${store.bucket}/${key}`, '--only-show-errors');
  return key;
}

/** Removes outdated code: all keys except one, which a rollback needs. */
export async function removeAllBut(aws: Aws, { bucket, prefix }: CodeStore, key: string): Promise<void> {
  const all = ['s3', 'rm', `s3://${bucket}/${prefix}`, '--recursive', '--only-show-errors'];
  await aws.run(...all, '--exclude', key.slice(prefix.length));
}

/** Removes a stack's code, and the bucket too if the deployment created it and it is now empty. */
export async function removeCode(aws: Aws, store: CodeStore): Promise<'nothing' | 'code' | 'code and bucket'> {
  if (!(await hasBucket(aws, store))) return 'nothing';
  await aws.run('s3', 'rm', `s3://${store.bucket}/${store.prefix}`, '--recursive', '--only-show-errors');
  if (!store.isOwn) return 'code';
  try {
    await aws.run('s3', 'rb', `s3://${store.bucket}`);
    return 'code and bucket';
  } catch (error) {
    if (error instanceof AwsError && /BucketNotEmpty/.test(error.message)) return 'code';
    throw error;
  }
}
