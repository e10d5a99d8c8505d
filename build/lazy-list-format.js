/**
 * Stands in for `Intl.ListFormat` in @sindresorhus/is, which creates two when it is loaded (build/lazy-list-format.ts).
 */
export class LazyListFormat {
  #parameters;
  constructor(...parameters) {
    this.#parameters = parameters;
  }
  format(list) {
    return new globalThis.Intl['ListFormat'](...this.#parameters).format(list);
  }
}
