/** A value as Logs Insights has it: truth is 1 or 0. */
export type Value = string | number | undefined;

/** A log event by its fields, dots between the levels. */
export type Event = Readonly<Record<string, Value>>;

/**
 * Takes a JSON line apart as Logs Insights discovers its fields: nested objects by dots, lists by numbers, true and false
 * as 1 and 0, null not at all; no more than 200 of them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
 */
export function fieldsOf(line: object): Event {
  const fields: [string, Value][] = [];
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) walk(part, path === '' ? name : `${path}.${name}`);
    } else if (typeof value === 'boolean') fields.push([path, Number(value)]);
    else if (typeof value === 'string' || typeof value === 'number') fields.push([path, value]);
  };
  walk(line, '');
  return Object.fromEntries(fields.slice(0, 200));
}

/** An event with the fields that CloudWatch adds: the time, which Lambda takes from the line. */
export function eventOf(line: object): Event {
  const fields = fieldsOf(line);
  const time = fields['timestamp'] ?? fields['time'];
  return { ...fields, '@timestamp': Date.parse(String(time)), '@message': JSON.stringify(line) };
}
