import { readFileSync } from 'node:fs';

/** One line of a bill: factors, and their product in US dollars. */
export interface CostRow {
  readonly item: string;
  /** Each a number with its unit. */
  readonly factors: readonly string[];
  readonly usd: number;
}

/** List prices in us-east-1 in US dollars as of November 2026; check them. Other regions differ slightly. */
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
  row('Alarms, per month', [4, 'alarms'], [price.alarm, 'USD']),
  row('NAT gateway, for a VPC with a public backend, a month', [730, 'hours'], [price.natHour, 'USD']),
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
