import { base, type Contender, cachedProduct, product } from './contenders.ts';
import type { Samples } from './samples.ts';

/** A ratio to `bare` in the same run, or the peer whose ratio counts. */
type Aim = number | 'fastify' | 'express';

/** What the product is to reach. */
const targets: readonly { title: string; figure: string; name?: string; reach: Aim; stretch: Aim }[] = [
  { title: 'cold start to first response, http', figure: 'cold start, http, ms', reach: 1.4, stretch: 1.25 },
  {
    title: 'the same with the code cache',
    figure: 'cold start, http, ms',
    name: cachedProduct,
    reach: 1.2,
    stretch: 1.1,
  },
  { title: 'CPU per request, 1 KB, http', figure: 'CPU, 1 KB, http, µs', reach: 'fastify', stretch: 'express' },
  { title: 'CPU per request, 1 KB, https', figure: 'CPU, 1 KB, https, µs', reach: 1.6, stretch: 'express' },
  { title: 'CPU per request, 100 KB ASCII, http', figure: 'CPU, 100 KB ASCII, http, µs', reach: 1.15, stretch: 1 },
  { title: 'CPU per request, 100 KB UTF-8, http', figure: 'CPU, 100 KB UTF-8, http, µs', reach: 1.35, stretch: 1.2 },
  { title: 'CPU per request, 4.5 MB, http', figure: 'CPU, 4.5 MB, http, µs', reach: 1.1, stretch: 1 },
  { title: 'peak memory after responses of 4.5 MB', figure: 'peak memory, 4.5 MB, MB', reach: 1.1, stretch: 1 },
];

const mark = (met: boolean) => (met ? 'yes' : 'no');

/**
 * How far the product is, and the peers that are ahead of it, figure by figure. The aims count by the ratio of the medians;
 * the median of the ratios of each round beside it shows how much of that is chance.
 */
export function standing(contenders: readonly Contender[], samples: Samples): string {
  const peers = contenders.map(({ name }) => name).filter((name) => name !== base && name !== product);
  const rows = targets.map(({ title, figure, name = product, reach, stretch }) => {
    const ratio = samples.ratio(figure, name, base);
    const cell = (aim: Aim) => {
      const most = typeof aim === 'number' ? aim : samples.ratio(figure, aim, base);
      return `${typeof aim === 'number' ? aim : `${aim}, ${most.toFixed(2)}`} (${mark(ratio <= most)})`;
    };
    const ahead = peers.filter((peer) => samples.median(figure, peer) < samples.median(figure, name));
    const byRound = samples.pairedRatio(figure, name, base).toFixed(2);
    return [title, ratio.toFixed(2), byRound, cell(reach), cell(stretch), ahead.join(', ') || 'none'];
  });
  return [
    ['figure, as a ratio to bare', product, 'by round', 'aim', 'further aim', 'peers ahead of it'],
    ['---', '---:', '---:', '---:', '---:', '---'],
    ...rows,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
