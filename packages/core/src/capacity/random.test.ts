import { expect, test } from "vitest";
import { fillWords, seededRandom } from "./random.ts";

test("a seed gives the same numbers in every run and on every platform", () => {
  const words = new Uint32Array(4);
  seededRandom(1).fill(words);
  expect([...words]).toMatchInlineSnapshot(`
    [
      575161207,
      569587309,
      1243843277,
      94003096,
    ]
  `);
});

test("seeds and streams next to each other have nothing in common", () => {
  const draws = [
    [1, 0],
    [2, 0],
    [1, 1],
    [2 ** 32 + 1, 0],
  ].map(([seed = 0, stream = 0]) => {
    const words = new Uint32Array(1000);
    seededRandom(seed, stream).fill(words);
    return words;
  });
  const all = new Set(draws.flatMap((words) => [...words]));
  // 4,000 of 2^32 words: two alike once in 540 times
  expect(all.size).toBeGreaterThan(3998);
});

test("numbers one by one and words at once are the same series", () => {
  const random = seededRandom(5);
  const words = new Uint32Array(3);
  seededRandom(5).fill(words);
  expect([random.uniform(), random.uniform(), random.uniform()]).toEqual(
    [...words].map((word) => word / 2 ** 32),
  );
});

test("xoshiro128** itself: the reference's words for the state 1, 2, 3, 4", () => {
  // https://prng.di.unimi.it/xoshiro128starstar.c, first words
  const series = [11520, 0, 5927040, 70819200];
  const state = Uint32Array.of(1, 2, 3, 4);
  const words = new Uint32Array(4);
  fillWords(state, words);
  expect([...words]).toEqual(series);
});

test("uniform, exponential and normal draws have their moments", () => {
  const random = seededRandom(11);
  const draws = 100_000;
  const moments = (draw: () => number) => {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < draws; i += 1) {
      const value = draw();
      sum += value / draws;
      squares += value ** 2 / draws;
    }
    return { mean: sum, variance: squares - sum ** 2 };
  };
  // standard errors of a mean: sqrt(variance / 100,000), 0.003 at most; bounds are four of them
  const uniform = moments(random.uniform);
  expect(Math.abs(uniform.mean - 1 / 2)).toBeLessThan(0.004);
  expect(Math.abs(uniform.variance - 1 / 12)).toBeLessThan(0.002);
  const exponential = moments(random.exponential);
  expect(Math.abs(exponential.mean - 1)).toBeLessThan(0.013);
  expect(Math.abs(exponential.variance - 1)).toBeLessThan(0.04);
  const normal = moments(random.normal);
  expect(Math.abs(normal.mean)).toBeLessThan(0.013);
  expect(Math.abs(normal.variance - 1)).toBeLessThan(0.02);
});
