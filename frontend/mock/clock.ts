/** The mock's clock: the computer's, or one that stands still (`CALLBASE_MOCK_NOW`, in ms), so that pictures are the same each time. */

const standing = Number(process.env.CALLBASE_MOCK_NOW);

export const now = (): number => standing || Date.now();
export const iso = (ms: number): string => new Date(ms).toISOString();
export const MINUTE_MS = 60_000;
