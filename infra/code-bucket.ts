import { type Aws, AwsError } from './aws.ts';
import type { Package } from './package.ts';

/** Where a stack's code lies in S3. */
export interface CodeStore {
  readonly bucket: string;
  /** True for a bucket that the deployment makes and removes by itself. */
  readonly isOwn: boolean;
  /** Keys of this stack's code begin so. */
  readonly prefix: string;
}

/** The bucket that deployments of an account share in a region, unless told of another. */
export const ownBucket = (account: string, region: string): string => `lambda-rproxy-${account}-${region}`;

/** Where the code of a stack goes. */
export const codeStore = (stack: string, own: string, given: string | undefined): CodeStore => ({
  bucket: given ?? own,
  isOwn: given === undefined || given === own,
  prefix: `${stack}/`,
});

const isMissing = (error: unknown) => error instanceof AwsError && /\(404\)|NoSuchBucket|Not Found/.test(error.message);

async function hasBucket(aws: Aws, { bucket }: CodeStore): Promise<boolean> {
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

/** Removes code that no stack needs any more: all but one key, since a failed change goes back to that. */
export async function removeAllBut(aws: Aws, { bucket, prefix }: CodeStore, key: string): Promise<void> {
  const all = ['s3', 'rm', `s3://${bucket}/${prefix}`, '--recursive', '--only-show-errors'];
  await aws.run(...all, '--exclude', key.slice(prefix.length));
}

/** Removes a stack's code, and the bucket too when it was made for deployments and this was the last. */
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
