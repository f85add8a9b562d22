/**
 * Seeded random numbers: xoshiro128** (Blackman and Vigna, 2018), its state filled by splitmix32. Integer
 * operations only, so that a seed gives the same numbers on every platform.
 */
import { sameCosOfTurns, sameLog1p } from "../units/same-math.ts";
export interface Random {
  /** Uniform in [0, 1), in steps of 2^-32. */
  uniform(): number;
  /** Exponentially distributed with mean 1. */
  exponential(): number;
  /** Normally distributed with mean 0 and variance 1. */
  normal(): number;
  /** Fills it with uniform 32-bit words: the fast way to many. */
  fill(words: Uint32Array): void;
}

/** The numbers of a seed. Other streams of the same seed have numbers of their own. */
export function seededRandom(seed: number, stream = 0): Random {
  const one = new Uint32Array(1);
  const uniform = () => {
    fillWords(words, one);
    return (one[0] ?? 0) / WORDS;
  };
  const words = startOf(seed, stream);
  return {
    uniform,
    exponential: () => -sameLog1p(-uniform()),
    normal: () => Math.sqrt(-2 * sameLog1p(-uniform())) * sameCosOfTurns(uniform()),
    fill: (target) => fillWords(words, target),
  };
}

const WORDS = 2 ** 32;

/** Steps of splitmix32 and of its output function, from MurmurHash3. */
const GOLDEN = 0x9e_37_79_b9;
const MIX = [0x85_eb_ca_6b, 0xc2_b2_ae_35] as const;

/** The four words of a state; seed and stream are mixed one after the other, so that neighbours differ in all. */
function startOf(seed: number, stream: number): Uint32Array {
  const words = new Uint32Array(4);
  let counter = mix(mix(seed >>> 0) ^ Math.floor(seed / WORDS)) ^ mix(stream + GOLDEN);
  for (let i = 0; i < words.length; i += 1) {
    counter = (counter + GOLDEN) | 0;
    words[i] = mix(counter);
  }
  if (words.every((word) => word === 0)) {
    words[0] = 1;
  }
  return words;
}

function mix(value: number): number {
  let word = value | 0;
  word = Math.imul(word ^ (word >>> 16), MIX[0]);
  word = Math.imul(word ^ (word >>> 13), MIX[1]);
  return (word ^ (word >>> 16)) >>> 0;
}

/** Fills `target` with the next words of a state of four, not all 0, which it moves on. */
export function fillWords(state: Uint32Array, target: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let i = 0; i < target.length; i += 1) {
    const scaled = Math.imul(b, 5);
    target[i] = Math.imul((scaled << 7) | (scaled >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}
