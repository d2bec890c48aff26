import type { Candidate } from "../../engine/model/placement.ts";

/** A score of a plan, 0 to 1, as people read it. */
export const scoreText = (value: number): string => value.toFixed(2);

/** The core counts scores from 0 to 100; plans and everything printed, from 0 to 1. */
export function inFractions(candidate: Candidate): Candidate {
  const terms = Object.entries(candidate.terms).map(([name, value]) => [name, value / 100]);
  return { ...candidate, score: candidate.score / 100, terms: Object.fromEntries(terms) };
}
