/** Two models that share cards and say what they are asked for, and one that says nothing. */
export const CAPACITY_FLEET = `hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
engine: vllm
costs: { perKwh: 0.3, perGpuHour: 0.4 }
models:
  - name: chat # the one that everybody asks
    model: Qwen/Qwen2.5-7B-Instruct
    replicas: 2
    concurrency: 16
    maxSeqLen: 4096
    workload:
      rate: 1.9 # measured in May
      prompt: { median: 600, p95: 3000 }
      output: 250
      targets: [{ metric: ttft, most: 1500 ms }, { metric: tpot, percentile: 99, most: 60 ms }]
  - name: small
    model: Qwen/Qwen2.5-0.5B-Instruct
    maxSeqLen: 2048
    workload: { rate: 2, arrivals: constant, prompt: 200, output: 100 }
  - { name: quiet, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 2048, concurrency: 2 }
`;
