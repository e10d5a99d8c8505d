/** The part of CloudWatch Logs Insights' query language that the saved queries are written in; anything else is an error. */

/** An expression. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | RegExp }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'operation'; readonly operator: string; readonly operands: readonly Expression[] };

/** An expression under the name that it has in the result: its alias, or else its text. */
export interface Column {
  readonly expression: Expression;
  readonly name: string;
}

/** One step of a query. */
export type Command =
  | { readonly kind: 'fields' | 'display'; readonly columns: readonly Column[] }
  | { readonly kind: 'filter'; readonly condition: Expression }
  | { readonly kind: 'stats'; readonly columns: readonly Column[]; readonly by: readonly Column[] }
  | { readonly kind: 'sort'; readonly keys: readonly { readonly name: string; readonly descending: boolean }[] }
  | { readonly kind: 'limit'; readonly count: number };

interface Token {
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const token =
  /\s+|#[^\n]*|("(?:[^"\\]|\\.)*"|`[^`]+`|\d+(?:\.\d+)?[a-z]*|[@A-Za-z_][\w@.]*|(?<=\blike\s+)\/(?:[^/\\\n]|\\.)+\/|<=|>=|!=|[=<>+\-*/%(),|])/gy;

function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < query.length) {
    const at = token.lastIndex;
    const match = token.exec(query);
    if (match === null) throw new Error(`not understood: ${query.slice(at, at + 20)}`);
    if (match[1] !== undefined) tokens.push({ text: match[1], at, end: token.lastIndex });
  }
  return tokens;
}

/** Operators from the weakest to the strongest. */
const precedence: readonly ReadonlySet<string>[] = [
  new Set(['or']),
  new Set(['and']),
  new Set(['=', '!=', '<', '<=', '>', '>=', 'like']),
  new Set(['+', '-']),
  new Set(['*', '/', '%']),
];

class Parser {
  readonly #query: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(query: string) {
    this.#query = query;
    this.#tokens = tokensOf(query);
  }

  parse(): Command[] {
    const commands = [this.#command()];
    while (this.#accept('|')) commands.push(this.#command());
    if (this.#next < this.#tokens.length) throw new Error(`not understood: ${this.#peek()}`);
    return commands;
  }

  #peek = () => this.#tokens[this.#next]?.text;

  #take(): string {
    const text = this.#peek();
    if (text === undefined) throw new Error('the query ends too early');
    this.#next += 1;
    return text;
  }

  #accept(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#next += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw new Error(`expected ${text} and found ${this.#peek()}`);
  }

  #list<Item>(item: () => Item): Item[] {
    const items = [item()];
    while (this.#accept(',')) items.push(item());
    return items;
  }

  #command(): Command {
    const name = this.#take();
    if (name === 'fields' || name === 'display') return { kind: name, columns: this.#list(() => this.#column()) };
    if (name === 'filter') return { kind: name, condition: this.#expression() };
    if (name === 'limit') return { kind: name, count: Number(this.#take()) };
    if (name === 'sort') {
      return {
        kind: name,
        keys: this.#list(() => {
          const key = this.#take().replaceAll('`', '');
          const descending = this.#accept('desc');
          if (!descending) this.#accept('asc');
          return { name: key, descending };
        }),
      };
    }
    if (name === 'stats') {
      const columns = this.#list(() => this.#column());
      return { kind: name, columns, by: this.#accept('by') ? this.#list(() => this.#column()) : [] };
    }
    throw new Error(`unknown command ${name}`);
  }

  #column(): Column {
    const first = this.#tokens[this.#next];
    const expression = this.#expression();
    const last = this.#tokens[this.#next - 1];
    if (this.#accept('as')) return { expression, name: this.#take() };
    return { expression, name: this.#query.slice(first?.at, last?.end).replaceAll('`', '') };
  }

  #expression(level = 0): Expression {
    const operators = precedence[level];
    if (operators === undefined) return this.#primary();
    let left = this.#expression(level + 1);
    while (operators.has(this.#peek() ?? '')) {
      const operator = this.#take();
      left = { kind: 'operation', operator, operands: [left, this.#expression(level + 1)] };
    }
    return left;
  }

  #primary(): Expression {
    if (this.#accept('not')) return { kind: 'operation', operator: 'not', operands: [this.#primary()] };
    if (this.#accept('(')) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    const text = this.#take();
    if (text.startsWith('"')) return { kind: 'literal', value: JSON.parse(text) as string };
    if (/^\/./.test(text)) return { kind: 'literal', value: new RegExp(text.slice(1, -1)) };
    if (/^\d/.test(text)) return { kind: 'literal', value: /[a-z]/.test(text) ? text : Number(text) };
    if (text.startsWith('`')) return { kind: 'field', name: text.slice(1, -1) };
    if (!/^[@A-Za-z_]/.test(text)) throw new Error(`expected a value and found ${text}`);
    if (!this.#accept('(')) return { kind: 'field', name: text };
    const args = this.#accept('*') ? [] : this.#list(() => this.#expression());
    this.#expect(')');
    return { kind: 'call', name: text, args };
  }
}

/**
 * Reads a query.
 *
 * @throws {Error} for a command or a sign that it does not know
 */
export const parseQuery = (query: string): Command[] => new Parser(query).parse();
