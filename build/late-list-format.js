/**
 * Injected in place of `Intl.ListFormat`, which costs 12 ms of ICU data when it is made. @sindresorhus/is makes two
 * when it is loaded, for the wording of its error messages.
 */
export class LateListFormat {
  #parameters;
  constructor(...parameters) {
    this.#parameters = parameters;
  }
  format(list) {
    return new globalThis.Intl['ListFormat'](...this.#parameters).format(list);
  }
}
