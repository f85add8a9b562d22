import type * as tfCore from "@tensorflow/tfjs-core";

/** Where tensors are computed: TensorFlow's own library, WebAssembly, or JavaScript. */
export type TensorBackend = "native" | "wasm" | "cpu";

export type Tensor = tfCore.Tensor;

/** The few operations on float32 tensors that capacity needs, on one backend. */
export interface Tensors {
  readonly backend: TensorBackend;
  tensor(values: Float32Array, shape: readonly [number, number]): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  div(a: Tensor, b: Tensor): Tensor;
  /**
   * The sum of rows, each times its weight. Not a product of matrices: WebAssembly packs the second one anew for every
   * product, which takes longer than the sum.
   */
  weigh(weights: readonly number[], rows: Tensor): Tensor;
  /** Within 0 and 1. */
  clip(a: Tensor): Tensor;
  relu(a: Tensor): Tensor;
  /** 1 where positive, else 0. */
  step(a: Tensor): Tensor;
  /** The least of its values. */
  least(a: Tensor): number;
  read(a: Tensor): Float32Array;
  /** Frees what is made inside, but for what it returns. */
  scope(make: () => Tensor[]): Tensor[];
  dispose(tensors: readonly Tensor[]): void;
}

export interface TensorChoice {
  /** The named one, or the first of native, WebAssembly and JavaScript that loads. */
  readonly backend?: TensorBackend | undefined;
  /**
   * Where a page finds the WebAssembly files of `@tensorflow/tfjs-backend-wasm`: their folder, or the address of each
   * by its name. Node finds them itself.
   */
  readonly wasmFiles?: WasmFiles | undefined;
}

/** A folder that ends in a slash, or the address of each WebAssembly file by its name. */
export type WasmFiles = string | Readonly<Record<string, string>>;

/** A named backend could not be loaded. */
export class TensorBackendError extends Error {
  override readonly name = "TensorBackendError";
}

/**
 * Loads TensorFlow.js and a backend. `native` needs `@tensorflow/tfjs-node`, which users install themselves.
 * Throws a TensorBackendError where the named backend, or else any, does not load.
 */
export async function loadTensors(choice: TensorChoice = {}): Promise<Tensors> {
  const wanted = choice.backend === undefined ? ALL : [choice.backend];
  const failures: unknown[] = [];
  for (const backend of wanted) {
    try {
      return tensorsOn(await LOADERS[backend](choice), backend);
    } catch (cause) {
      failures.push(cause);
    }
  }
  const text = failures.map((cause) => (cause instanceof Error ? cause.message : String(cause)));
  throw new TensorBackendError(
    `no tensors on ${wanted.join(", ")}: ${text.map((one) => one.split("\n")[0]).join("; ")}`,
    { cause: failures.at(-1) },
  );
}

type Library = typeof tfCore;

const ALL: readonly TensorBackend[] = ["native", "wasm", "cpu"];

const LOADERS: Record<TensorBackend, (choice: TensorChoice) => Promise<Library>> = {
  native: async () => {
    // put together here, so that no bundler sees through it and asks for a package that need not be there
    const name = ["@tensorflow", "tfjs-node"].join("/");
    return selected((await import(name)) as Library, "tensorflow");
  },
  wasm: async ({ wasmFiles }) => {
    const library = await import("@tensorflow/tfjs-core");
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    // threads of its own start from a script that it writes, which a page's policy refuses; paths are its threads
    library.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    if (wasmFiles !== undefined) {
      setWasmPaths(wasmFiles);
    }
    return selected(library, "wasm");
  },
  cpu: async () => {
    const library = await import("@tensorflow/tfjs-core");
    await import("@tensorflow/tfjs-backend-cpu");
    return selected(library, "cpu");
  },
};

let turn: Promise<unknown> = Promise.resolve();

/** One after the other: TensorFlow.js gives up on a backend that is still being started when it is asked for one again. */
function selected(library: Library, name: string): Promise<Library> {
  const own = turn.then(() => select(library, name));
  turn = own.catch(() => undefined);
  return own;
}

async function select(library: Library, name: string): Promise<Library> {
  if (!(await library.setBackend(name))) {
    throw new TensorBackendError(`TensorFlow.js has no backend ${name} here`);
  }
  // no checks of every operation's values, and no advertisement on the console
  library.enableProdMode();
  await library.ready();
  return library;
}

/** A sum over rows is a matrix of one row. */
const KEEPS_ROWS = true;

function tensorsOn(tf: Library, backend: TensorBackend): Tensors {
  return {
    backend,
    // WebAssembly copies what it is given; the others would go on reading it
    tensor: (values, [rows, columns]) =>
      tf.tensor2d(backend === "wasm" ? values : values.slice(), [rows, columns]),
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    div: tf.div,
    weigh: (weights, rows) =>
      tf.sum(
        tf.mul(rows, tf.tensor2d(Float32Array.from(weights), [weights.length, 1])),
        0,
        KEEPS_ROWS,
      ),
    clip: (a) => tf.clipByValue(a, 0, 1),
    relu: tf.relu,
    step: (a) => tf.step(a),
    least: (a) => tf.tidy(() => tf.min(a).dataSync()[0] ?? Number.NaN),
    read: (a) => a.dataSync<"float32">(),
    scope: (make) => tf.tidy(make),
    dispose: (tensors) => tf.dispose([...tensors]),
  };
}
