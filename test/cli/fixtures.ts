/** --query-gpu CSV of a box with two RTX 4090. */
export const TWO_4090: string = [
  "index, name, uuid, memory.total [MiB], memory.used [MiB], compute_cap",
  "0, NVIDIA GeForce RTX 4090, GPU-00000000-0000-0000-0000-000000000000, 24564 MiB, 10 MiB, 8.9",
  "1, NVIDIA GeForce RTX 4090, GPU-00000000-0000-0000-0000-000000000001, 24564 MiB, 10 MiB, 8.9",
  "",
].join("\n");

/** topo -m of the same box. */
export const TWO_4090_TOPOLOGY: string = [
  "\tGPU0\tGPU1\tCPU Affinity\tNUMA Affinity",
  "GPU0\t X \tPHB\t0-15\t0",
  "GPU1\tPHB\t X \t0-15\t0",
  "",
].join("\n");

/** A small model on one RTX 4090 by catalogue, so that no inventory is needed. */
export const ONE_MODEL_FLEET: string = `hosts:
  - name: box1
    gpus: [{ gpu: rtx-4090 }]
models:
  - name: chat
    model: meta-llama/Llama-3.2-1B
    maxSeqLen: 4096
    maxNumTokens: 2048
    concurrency: 4
`;

/** The same model twice, with the cards of an inventory beside it. */
export const INVENTORY_FLEET: string = `inventory: box1.csv
models:
  - { name: chat, model: meta-llama/Llama-3.2-1B, maxSeqLen: 4096, maxNumTokens: 2048, concurrency: 4 }
`;

/** 671 B parameters on one card. */
export const TOO_LARGE_FLEET: string = `hosts:
  - name: box1
    gpus: [{ gpu: rtx-4090 }]
models:
  - { name: huge, model: deepseek-ai/DeepSeek-V3, maxSeqLen: 4096 }
  - { name: chat, model: meta-llama/Llama-3.2-1B, maxSeqLen: 4096, maxNumTokens: 2048, concurrency: 4 }
`;

/** A dense model of our own: 2 layers of width 64. */
export const TINY_CONFIG: string = JSON.stringify({
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  hidden_size: 64,
  intermediate_size: 128,
  max_position_embeddings: 4096,
  num_attention_heads: 4,
  num_hidden_layers: 2,
  num_key_value_heads: 2,
  tie_word_embeddings: false,
  torch_dtype: "bfloat16",
  vocab_size: 1000,
});

/** The plain table of a host with an H100 that is cut into MIG devices, and one that is not. */
export const MIG_AND_WHOLE: string = `+-----------------------------------------+----------------------+----------------------+
| NVIDIA-SMI 535.104.12             Driver Version: 535.104.12   CUDA Version: 12.2     |
|-----------------------------------------+----------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |         Memory-Usage | GPU-Util  Compute M. |
|                                         |                      |               MIG M. |
|=========================================+======================+======================|
|   0  NVIDIA H100 80GB HBM3          On  | 00000000:1B:00.0 Off |                   On |
| N/A   25C    P0              71W / 700W | 11125MiB / 81559MiB  |     N/A      Default |
|                                         |                      |              Enabled |
+-----------------------------------------+----------------------+----------------------+
|   1  NVIDIA H100 80GB HBM3          On  | 00000000:43:00.0 Off |                    0 |
| N/A   26C    P0              70W / 700W |     0MiB / 81559MiB  |      0%      Default |
|                                         |                      |             Disabled |
+-----------------------------------------+----------------------+----------------------+

+---------------------------------------------------------------------------------------+
| MIG devices:                                                                          |
+------------------+--------------------------------+-----------+-----------------------+
| GPU  GI  CI  MIG |                   Memory-Usage |        Vol|      Shared           |
|      ID  ID  Dev |                     BAR1-Usage | SM     Unc| CE ENC DEC OFA JPG    |
|==================+================================+===========+=======================|
|  0    2   0   0  |           11091MiB / 40448MiB  | 60      0 |  3   0    3    0    3 |
|                  |               0MiB / 65535MiB  |           |                       |
+------------------+--------------------------------+-----------+-----------------------+
`;

/** One RTX 3090 as -L prints it. */
export const LIST_3090: string =
  "GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-12345678-1234-1234-1234-123456789012)\n";
