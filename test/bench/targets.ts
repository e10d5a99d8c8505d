import { base, type Contender, product } from './contenders.ts';
import type { Samples } from './samples.ts';

/** What the product is to reach, as ratios to `bare` in the same run. */
const targets: readonly { title: string; figure: string; reach: number; stretch: number }[] = [
  { title: 'cold start to first response, http', figure: 'cold start, http, ms', reach: 1.4, stretch: 1.2 },
  { title: 'CPU per request, 1 KB', figure: 'CPU, 1 KB, http, µs', reach: 1.6, stretch: 1.4 },
  { title: 'CPU per request, 100 KB ASCII', figure: 'CPU, 100 KB ASCII, http, µs', reach: 1.1, stretch: 0.95 },
  { title: 'CPU per request, 100 KB UTF-8', figure: 'CPU, 100 KB UTF-8, http, µs', reach: 1.25, stretch: 1.1 },
  { title: 'CPU per request, 4.5 MB', figure: 'CPU, 4.5 MB, http, µs', reach: 1.05, stretch: 1 },
  { title: 'CPU per request, https, 1 KB', figure: 'CPU, 1 KB, https, µs', reach: 1.6, stretch: 1.4 },
  { title: 'peak memory after responses of 4.5 MB', figure: 'peak memory, 4.5 MB, MB', reach: 1.1, stretch: 1 },
];

const mark = (met: boolean) => (met ? 'yes' : 'no');

/** How far the product is, and the peers that are ahead of it, figure by figure. */
export function standing(contenders: readonly Contender[], samples: Samples): string {
  const peers = contenders.map(({ name }) => name).filter((name) => name !== base && name !== product);
  const rows = targets.map(({ title, figure, reach, stretch }) => {
    const ratio = samples.ratio(figure, product, base);
    const ahead = peers.filter((name) => samples.median(figure, name) < samples.median(figure, product));
    return [
      title,
      ratio.toFixed(2),
      `${reach} (${mark(ratio <= reach)})`,
      `${stretch} (${mark(ratio <= stretch)})`,
      ahead.join(', ') || 'none',
    ];
  });
  return [
    ['figure, as a ratio to bare', product, 'aim', 'further aim', 'peers ahead of it'],
    ['---', '---:', '---:', '---:', '---'],
    ...rows,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
