import plain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";

const at = (url: string): string => new URL(url, import.meta.url).href;

/** Where the page has the WebAssembly of tensors. The file with threads is never loaded, and has to have an address. */
export const WASM_FILES: Readonly<Record<string, string>> = {
  "tfjs-backend-wasm.wasm": at(plain),
  "tfjs-backend-wasm-simd.wasm": at(simd),
  "tfjs-backend-wasm-threaded-simd.wasm": at(simd),
};
