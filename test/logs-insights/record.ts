import { writeFile } from 'node:fs/promises';
import { runTraffic } from '../helpers/traffic.ts';
import { platformReports } from './platform-reports.ts';

/** Log lines that the examples in docs/operations.md are made from; `npm run docs:record` records them anew. */
const target = new URL('../fixtures/log-lines.jsonl', import.meta.url);

const { lines } = await runTraffic();
await writeFile(target, [...lines, ...platformReports].map((line) => `${JSON.stringify(line)}\n`).join(''));
