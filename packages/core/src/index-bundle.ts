export {
  type BundlePart,
  type BundleResult,
  type BundleWish,
  bundleParts,
  renderBundle,
} from "./deploy/render-bundle.ts";
