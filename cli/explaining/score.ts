/** A score of the core, an integer from 0 to 100, as people read it. */
export const scoreText = (value: number): string => (value / 100).toFixed(2);
