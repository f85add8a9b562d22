/*
 * Exponentials, logarithms and what comes of them, from additions, multiplications, divisions and square roots alone.
 * IEEE 754 rounds those alike everywhere; Math.exp and its kin are only "an approximation" to ECMAScript, and browsers
 * and Node differ in the last digit of them. What ends up in a document must not: the page and the command line write
 * the same bytes. The polynomials are those of fdlibm (Sun Microsystems, 1993), within one unit of the last digit.
 */

/** e to the x. */
export function sameExp(x: number): number {
  if (!(x > LEAST_EXPONENT)) {
    return Number.isNaN(x) ? x : 0;
  }
  if (x > MOST_EXPONENT) {
    return Number.POSITIVE_INFINITY;
  }
  const k = Math.round(x / LN2);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const c = r - r * r * polynomial(EXP, r * r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // in two steps, of which the first is exact: a result may be too small for all digits
  return k > LEAST_NORMAL ? y * twoTo(k - 1) * 2 : y * twoTo(k + STEP) * twoTo(-STEP);
}

/** The natural logarithm of x. */
export function sameLog(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) {
    return outside(x);
  }
  const { part, k } = halved(x);
  const f = part - 1;
  const s = f / (2 + f);
  const z = s * s;
  const rest = z * polynomial(LOG, z);
  const half = (f * f) / 2;
  return k * LN2_HIGH - (half - (s * (half + rest) + k * LN2_LOW) - f);
}

/** The natural logarithm of 1 + x, to all digits where x is small too. */
export function sameLog1p(x: number): number {
  const u = 1 + x;
  // Kahan's: what rounding took of 1 + x is put back
  return u === 1 || u === Number.POSITIVE_INFINITY ? x : (sameLog(u) * x) / (u - 1);
}

/** x to the y; by multiplication alone where y is a whole number. */
export function samePower(x: number, y: number): number {
  if (Number.isInteger(y)) {
    return wholePower(x, y);
  }
  return x === 0 && y < 0 ? Number.POSITIVE_INFINITY : sameExp(y * sameLog(x));
}

/** The cosine of so many turns: of 2π · x. */
export function sameCosOfTurns(x: number): number {
  const quarters = Math.round(4 * x);
  const r = (4 * x - quarters) * (Math.PI / 2);
  const z = r * r;
  const cos = 1 - z / 2 + z * z * polynomial(COS, z);
  const sin = r + r * z * polynomial(SIN, z);
  const quadrant = ((quarters % 4) + 4) % 4;
  return [cos, -sin, -cos, sin][quadrant] ?? Number.NaN;
}

/** The square root of the sum of squares: independent spreads together. */
export function rootOfSquares(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) {
    sum += value * value;
  }
  return Math.sqrt(sum);
}

/** x · x, which is what `x ** 2` is in some engines only. */
export function square(x: number): number {
  return x * x;
}

/** The power of a whole exponent, by squares; exact as long as it is a whole number that fits. */
export function wholePower(base: number, exponent: number): number {
  if (exponent < 0) {
    return 1 / wholePower(base, -exponent);
  }
  let result = 1;
  for (let factor = base, left = exponent; left > 0; factor *= factor) {
    if (left % 2 === 1) {
      result *= factor;
    }
    left = Math.floor(left / 2);
  }
  return result;
}

/** From here on e to the x is nothing, and from there on more than a number holds. */
const LEAST_EXPONENT = -745.2;
const MOST_EXPONENT = 709.782712893384;
const LEAST_NORMAL = -1021;
const STEP = 128;

const LN2 = Math.LN2;
/** ln 2 in two parts, of which the first has zeros at its end: its product with a small whole number is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** Coefficients of z⁰, z¹, …, by fdlibm's e_exp.c, e_log.c, k_cos.c and k_sin.c. */
const EXP = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6,
  4.1381367970572385e-8,
];
const LOG = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784,
  0.1818357216161805, 0.15313837699209373, 0.14798198605116586,
];
const COS = [
  0.0416666666666666, -0.001388888888887411, 2.480158728947673e-5, -2.7557314351390663e-7,
  2.087572321298175e-9, -1.1359647557788195e-11,
];
const SIN = [
  -0.16666666666666632, 0.00833333333332249, -0.0001984126982985795, 2.7557313707070068e-6,
  -2.5050760253406863e-8, 1.58969099521155e-10,
];

/** The logarithm of 0, of what is less, and of what is no number or too large for one. */
function outside(x: number): number {
  if (x === 0) {
    return Number.NEGATIVE_INFINITY;
  }
  return x > 0 ? x : Number.NaN;
}

function polynomial(coefficients: readonly number[], z: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i -= 1) {
    sum = sum * z + (coefficients[i] ?? 0);
  }
  return sum;
}

/** x as part · 2ᵏ, the part between the roots of 1/2 and 2; exact, by the bits of the number. */
function halved(x: number): { readonly part: number; readonly k: number } {
  const isSmall = x < SMALLEST_NORMAL;
  BITS.setFloat64(0, isSmall ? x * twoTo(STEP) : x);
  const top = BITS.getUint32(0);
  BITS.setUint32(0, (top % EXPONENT) + BIAS * EXPONENT);
  const part = BITS.getFloat64(0);
  const k = Math.floor(top / EXPONENT) - BIAS - (isSmall ? STEP : 0);
  return part > Math.SQRT2 ? { part: part / 2, k: k + 1 } : { part, k };
}

/** A power of two that is a normal number. */
function twoTo(k: number): number {
  BITS.setUint32(0, (k + BIAS) * EXPONENT);
  BITS.setUint32(4, 0);
  return BITS.getFloat64(0);
}

const BITS = new DataView(new ArrayBuffer(8));
/** One more in the exponent of a number, as its upper 32 bits count it; and the exponent of 1. */
const EXPONENT = 0x100000;
const BIAS = 1023;
/** Smaller numbers have fewer digits, and no exponent of their own: 2^-1022. */
const SMALLEST_NORMAL = 2.2250738585072014e-308;
