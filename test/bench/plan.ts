/** How much is measured. Counts are per contender; the figures are medians over the rounds. */
export interface Plan {
  readonly name: 'quick' | 'full';
  /** What the machine that the documentation's numbers come from took, in minutes. */
  readonly minutes: number;
  readonly coldRounds: number;
  readonly warmRounds: number;
  /** Requests per round; of the largest body a tenth of it. */
  readonly warmRequests: number;
  /** Requests before the first round of each size, so that what is measured is compiled. */
  readonly warmUp: number;
  readonly memoryRounds: number;
  readonly memoryRequests: number;
  readonly streamRounds: number;
  readonly streamedMegabytes: number;
  readonly growthRounds: number;
  readonly growthRequests: number;
  /** Requests of the endurance curve; 0 leaves it out. */
  readonly endurance: number;
}

export const plans: Readonly<Record<Plan['name'], Plan>> = {
  quick: {
    name: 'quick',
    minutes: 3,
    coldRounds: 5,
    warmRounds: 3,
    warmRequests: 80,
    warmUp: 500,
    memoryRounds: 1,
    memoryRequests: 20,
    streamRounds: 1,
    streamedMegabytes: 50,
    growthRounds: 0,
    growthRequests: 0,
    endurance: 0,
  },
  full: {
    name: 'full',
    minutes: 20,
    coldRounds: 21,
    warmRounds: 9,
    warmRequests: 250,
    warmUp: 1000,
    memoryRounds: 3,
    memoryRequests: 200,
    streamRounds: 5,
    streamedMegabytes: 50,
    growthRounds: 5,
    growthRequests: 200,
    endurance: 50_000,
  },
};
