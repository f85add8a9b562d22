import type { FailurePattern } from "./failure-pattern.ts";

const TRT = "https://github.com/NVIDIA/TensorRT/issues/2176";
const VLLM = "vllm-project/vllm vllm/platforms/cuda.py";
const TORCH = "pytorch/pytorch torch/cuda and c10/cuda";
const CUDA = "NVIDIA CUDA runtime, cudaGetErrorString";

/** Cards, drivers and links that the engine can't work with. */
export const DEVICE_FAILURES: readonly FailurePattern[] = [
  {
    code: "cublas-handle",
    has: ["Failed to create cublas handle"],
    source: "posted with an RTX 3050 of 6 GB",
  },
  { code: "cublas-handle", has: ["CUBLAS_STATUS_ALLOC_FAILED"], source: TORCH },
  { code: "cublas-handle", has: ["CUBLAS_STATUS_NOT_INITIALIZED"], source: TORCH },
  {
    code: "nccl-peer-to-peer",
    has: ["peer access is not supported between these two devices"],
    source: "https://github.com/NVIDIA/TensorRT-LLM/issues/1374",
  },
  {
    code: "nccl-peer-to-peer",
    has: ["Can't enable access between nodes"],
    source: "https://github.com/NVIDIA/TensorRT-LLM/issues/1374",
  },
  { code: "nccl", has: ["ncclUnhandledCudaError"], source: "NVIDIA/nccl src/init.cc" },
  { code: "nccl", has: ["ncclSystemError"], source: "NVIDIA/nccl src/init.cc" },
  { code: "nccl", has: ["ncclInternalError"], source: "NVIDIA/nccl src/init.cc" },
  { code: "nccl", has: ["NCCL error in"], source: TORCH },
  { code: "nccl", has: ["Watchdog caught collective operation timeout"], source: TORCH },
  {
    code: "engine-device",
    has: ["engine plan file is generated on an incompatible device"],
    source: TRT,
  },
  {
    code: "engine-version",
    has: ["engine plan file is not compatible with this version of TensorRT"],
    source: "https://github.com/wang-xinyu/tensorrtx/issues/664",
  },
  {
    code: "compute-capability",
    has: ["no kernel image is available for execution on the device"],
    source: CUDA,
  },
  {
    code: "compute-capability",
    has: ["is only supported on GPUs with compute capability"],
    source: VLLM,
  },
  {
    code: "compute-capability",
    has: ["is not compatible with the current PyTorch installation"],
    source: TORCH,
  },
  {
    code: "precision-unsupported",
    has: ["The quantization method", "is not supported for the current GPU"],
    source: VLLM,
  },
  {
    code: "driver-too-old",
    has: ["CUDA driver version is insufficient for CUDA runtime version"],
    source: CUDA,
  },
  { code: "driver-too-old", has: ["The NVIDIA driver on your system is too old"], source: TORCH },
  {
    code: "driver-too-old",
    has: ["unsupported display driver / cuda driver combination"],
    source: CUDA,
  },
  {
    code: "driver-too-old",
    has: ["unsatisfied condition: cuda>="],
    source: "NVIDIA container toolkit",
  },
  { code: "no-gpu", has: ["Found no NVIDIA driver on your system"], source: TORCH },
  { code: "no-gpu", has: ["no CUDA-capable device is detected"], source: CUDA },
  { code: "no-gpu", has: ["CUDA error: invalid device ordinal"], source: CUDA },
  { code: "no-gpu", has: ["could not select device driver", "gpu"], source: "docker" },
  { code: "no-gpu", has: ["no usable GPU found"], source: "ggml-org/llama.cpp common/arg.cpp" },
];
