/**
 * Goes through `items` again and again, beginning with another one each time, so that none of them gains by what the
 * machine does meanwhile or by whom it follows.
 */
export async function interleaved<Item>(
  rounds: number,
  items: readonly Item[],
  measure: (item: Item, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const start = round % items.length;
    for (const item of [...items.slice(start), ...items.slice(0, start)]) await measure(item, round);
  }
}
