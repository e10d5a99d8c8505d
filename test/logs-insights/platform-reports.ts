/**
 * Lines that Lambda itself writes at the end of each invocation, in the form that AWS documents; the proxy has no part in
 * them. https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report
 */
const report = (time: string, metrics: Record<string, number>) => ({
  time,
  type: 'platform.report',
  record: {
    requestId: '6d68ca91-49c9-448d-89b8-7ca3e6dc66aa',
    metrics: { memorySizeMB: 512, ...metrics },
    status: 'success',
  },
});

export const platformReports = [
  report('2026-11-22T10:15:00.300Z', {
    durationMs: 132.4,
    billedDurationMs: 341,
    maxMemoryUsedMB: 118,
    initDurationMs: 208.13,
  }),
  report('2026-11-22T10:15:01.100Z', { durationMs: 21.8, billedDurationMs: 22, maxMemoryUsedMB: 119 }),
  report('2026-11-22T10:21:40.000Z', { durationMs: 96.2, billedDurationMs: 97, maxMemoryUsedMB: 161 }),
] as const;
