import { readFileSync } from 'node:fs';

/** One line of a bill: factors, and their product in US dollars. */
export interface CostRow {
  readonly item: string;
  /** Each a number with its unit. */
  readonly factors: readonly string[];
  readonly usd: number;
}

/**
 * List prices in us-east-1 in US dollars as of November 2026, from AWS's pages; check them. Other regions differ slightly.
 * https://aws.amazon.com/lambda/pricing/, /cloudwatch/pricing/, /api-gateway/pricing/, /vpc/pricing/, /cloudfront/pricing/,
 * /waf/pricing/, /secrets-manager/pricing/
 */
const price = {
  requests: 0.2 / 1e6,
  gigabyteSecondArm64: 0.0000133334,
  gigabyteSecondX86: 0.0000166667,
  logsIngested: 0.5,
  logsStored: 0.03,
  transferOut: 0.09,
  httpApi: 1 / 1e6,
  restApi: 3.5 / 1e6,
  customMetric: 0.3,
  alarm: 0.1,
  natHour: 0.045,
  natGigabyte: 0.045,
  cloudFrontRequests: 1 / 1e6,
  cloudFrontFunction: 0.1 / 1e6,
  cloudFrontOut: 0.085,
  webAcl: 5,
  webAclRequests: 0.6 / 1e6,
  secret: 0.4,
} as const;

/**
 * Prices of a Web Function, ASSUMED: AWS bills requests, CPU while it works, memory while an environment lives, and transfer
 * (https://docs.aws.amazon.com/lambda/latest/dg/web-functions.html), but the rates were not found. Assumed is that a
 * request and a GB-second cost what they cost of a function, and a vCPU-second what 1,769 MB of a function cost, which have
 * one vCPU. Replace them when AWS's page has them.
 */
const assumedPrice = {
  webRequests: price.requests,
  webGigabyteSecond: price.gigabyteSecondArm64,
  webCpuSecond: (1769 / 1024) * price.gigabyteSecondArm64,
} as const;

/** The assumed workload. The size of an access line is measured on the recorded lines. */
export const workload = {
  requests: 1_000_000,
  seconds: 0.2,
  gigabytes: 0.5,
  responseBytes: 20_000,
  accessLineBytes: averageAccessLine(),
  platformBytes: 450,
  retentionMonths: 0.5,
  storedShare: 0.15,
} as const;

function averageAccessLine(): number {
  const lines = readFileSync(new URL('../test/fixtures/log-lines.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const access = lines.filter((line) => line.includes('"message":"request"'));
  return Math.round(access.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / access.length / 10) * 10;
}

const decimal = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 10 });

/** Makes a row from numbers with their units. */
function row(item: string, ...factors: readonly (readonly [value: number, unit: string])[]): CostRow {
  return {
    item,
    factors: factors.map(([value, unit]) => `${decimal(value)} ${unit}`),
    usd: factors.reduce((product, [value]) => product * value, 1),
  };
}

const million = [workload.requests, 'requests'] as const;
const gigabytes = (bytes: number) => [bytes / 1e9, 'GB each'] as const;
const { seconds, gigabytes: memory, responseBytes, accessLineBytes, platformBytes } = workload;

/** The cost of a million requests with a Function URL and without options. */
export const costs: readonly CostRow[] = [
  row('Lambda, requests', million, [price.requests, 'USD']),
  row(
    'Lambda, time (arm64)',
    million,
    [seconds, 's'],
    [memory, 'GB'],
    [price.gigabyteSecondArm64, 'USD per GB-second'],
  ),
  row('Access lines', million, gigabytes(accessLineBytes), [price.logsIngested, 'USD per GB']),
  row("Lambda's own lines", million, gigabytes(platformBytes), [price.logsIngested, 'USD per GB']),
  row(
    'Log storage, 14 days',
    million,
    gigabytes(accessLineBytes + platformBytes),
    [workload.storedShare, 'after compression'],
    [workload.retentionMonths, 'months'],
    [price.logsStored, 'USD per GB and month'],
  ),
  row('Transfer to the Internet', million, gigabytes(responseBytes), [price.transferOut, 'USD per GB']),
];

/** Size of one latency line of `src/observability/emf.ts` for a service of this name. */
const emfLineBytes = 274;

/** Alarms of a function with its URL. */
export const alarmCount = 4;

/** The cost of options. */
export const extras: readonly CostRow[] = [
  row(
    'x86_64 instead of arm64, the difference',
    million,
    [seconds, 's'],
    [memory, 'GB'],
    [price.gigabyteSecondX86 - price.gigabyteSecondArm64, 'USD per GB-second'],
  ),
  row('HTTP API', million, [price.httpApi, 'USD']),
  row('REST API', million, [price.restApi, 'USD']),
  row('METRICS=on: lines', million, gigabytes(emfLineBytes), [price.logsIngested, 'USD per GB']),
  row(
    'METRICS=on: metrics, 6 and one per error code that occurs, per month',
    [8, 'metrics'],
    [price.customMetric, 'USD'],
  ),
  row('Alarms, per month', [alarmCount, 'alarms'], [price.alarm, 'USD']),
  row(
    'Metric of the first byte, when streamed or of a Web Function, per month',
    [1, 'metric'],
    [price.customMetric, 'USD'],
  ),
  row('SECRET_ARN, per month', [1, 'secret'], [price.secret, 'USD']),
  row('CloudFront, requests', million, [price.cloudFrontRequests, 'USD']),
  row('CloudFront, its function', million, [price.cloudFrontFunction, 'USD']),
  row('CloudFront, transfer in place of that of Lambda', million, gigabytes(responseBytes), [
    price.cloudFrontOut,
    'USD per GB',
  ]),
  row('WAF, requests', million, [price.webAclRequests, 'USD']),
  row('WAF, a web ACL without rules, per month', [1, 'web ACL'], [price.webAcl, 'USD']),
  row('NAT gateway, for a VPC with a public backend, a month', [730, 'hours'], [price.natHour, 'USD']),
  row('NAT gateway, responses of the backend', million, gigabytes(responseBytes), [price.natGigabyte, 'USD per GB']),
];

/** What the time that a request takes, nearly all of it waiting for the backend, does to the price of a million. */
export const byLatency: readonly CostRow[] = [0.05, 0.2, 1, 5].map((each) =>
  row(
    `${decimal(each * 1000)} ms`,
    million,
    [each, 's'],
    [memory, 'GB'],
    [price.gigabyteSecondArm64, 'USD per GB-second'],
  ),
);

/** Environments at work at once, for requests per second and seconds per request. */
export const concurrency = [10, 100, 1000].flatMap((rate) =>
  [0.05, 0.2, 1].map((latency) => ({ rate, latency, environments: Math.ceil(rate * latency) })),
);

/** Most requests per second, for seconds per request: by concurrent environments, and ten per environment and second. */
export const ceilings = [0.05, 0.2, 1, 5].map((latency) => ({
  latency,
  perSecond: Math.round(Math.min(1000 / latency, 10 * 1000)),
}));

/** Returns a median of a recorded benchmark of docs/performance.md. */
function median(file: string, figure: string, contender: string): number {
  const { samples } = JSON.parse(readFileSync(new URL(`performance/${file}`, import.meta.url), 'utf8')) as {
    samples: Record<string, Record<string, number[]>>;
  };
  const sorted = [...(samples[figure]?.[contender] ?? [])].sort((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error(`${file} has no ${figure} of ${contender}`);
  return middle;
}

/** Both shapes side by side: `npm run bench:web-function -- --record`. */
const beside = (figure: string, shape: 'handler' | 'Web Function') => median('web-function.json', figure, shape);

/** The assumed traffic of the comparison. A function has a share of a processor according to its memory. */
export const comparison = {
  functionCpuSeconds: beside('CPU per request of 1 KB, µs', 'handler') / 1e6,
  webCpuSeconds: beside('CPU per request of 1 KB, µs', 'Web Function') / 1e6,
  webGigabytes: beside('peak memory, MB', 'Web Function') / 1024,
  initSeconds: median('bench.json', 'init, http, ms', 'lambda-rproxy') / 1e3,
  requestsPerSecond: 10,
  coldStartShare: 0.01,
  requestsPerEnvironment: 64,
  slowdown: 1769 / 512,
} as const;

/** A million requests in both shapes. */
export interface ShapeCost {
  readonly backendSeconds: number;
  readonly functionUsd: number;
  /** Of a Web Function: what is used, and what it costs at the assumed prices. */
  readonly cpuSeconds: number;
  readonly gigabyteSeconds: number;
  readonly webUsd: number;
  /** Price of a vCPU-hour at which both cost the same, with the other assumed prices. */
  readonly breakEven: number;
}

/** Computes both shapes for a time that the backend takes. */
function shapeCost(backendSeconds: number): ShapeCost {
  const { functionCpuSeconds, initSeconds, webCpuSeconds, webGigabytes, slowdown } = comparison;
  const { requestsPerSecond, coldStartShare, requestsPerEnvironment } = comparison;
  const { requests } = workload;
  // Starts are billed since August 2025.
  const billed = backendSeconds + slowdown * (functionCpuSeconds + coldStartShare * initSeconds);
  const functionUsd = requests * (price.requests + billed * memory * price.gigabyteSecondArm64);
  const environments = Math.max(1, Math.ceil((requestsPerSecond * backendSeconds) / requestsPerEnvironment));
  const cpuSeconds = requests * webCpuSeconds;
  const gigabyteSeconds = (requests / requestsPerSecond) * environments * webGigabytes;
  const withoutCpu = requests * assumedPrice.webRequests + gigabyteSeconds * assumedPrice.webGigabyteSecond;
  return {
    backendSeconds,
    functionUsd,
    cpuSeconds,
    gigabyteSeconds,
    webUsd: withoutCpu + cpuSeconds * assumedPrice.webCpuSecond,
    breakEven: ((functionUsd - withoutCpu) / cpuSeconds) * 3600,
  };
}

/** The cost of a million requests, 512 MB for the function, by the time that the backend takes. */
export const byShape: readonly ShapeCost[] = [0.05, 0.5, 10].map(shapeCost);

/** Price of a vCPU-hour of a function, memory included: what the assumed price of a Web Function is taken from. */
export const functionCpuHour = assumedPrice.webCpuSecond * 3600;
