/** Paths of all parts of an event, so that shapes can be compared. */
export const shapeOf = (value: unknown, at = ''): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, part]) => shapeOf(part, `${at}.${key}`))
    : [at];
