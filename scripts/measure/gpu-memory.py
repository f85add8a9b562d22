#!/usr/bin/env python3
"""Measures what GPU memory a process takes besides weights, on the machine's own GPUs.

One JSON row a line on stdout. Needs PyTorch; NCCL rows need two GPUs or more. What it measures:

- context: what nvidia-smi counts for a process after its CUDA context, a matrix product, attention, a sampler
- prefill: torch's peak of one forward step over max_num_tokens, less weights and KV cache, for several shapes,
  with a fused gate-and-up projection and logits of the last token only, as serving engines do
- graphs: what capturing one CUDA graph a batch size adds, for 19 sizes up to 128
- nccl: what a communicator adds to a rank, with and without peer-to-peer

    python3 gpu-memory.py > rows.jsonl
"""
import json
import os
import subprocess
import sys

MIB = 2**20

SHAPES = {
    # name: hidden, feed-forward width, heads, KV heads, head size, vocabulary
    "qwen2.5-0.5b": (896, 4864, 14, 2, 64, 151936),
    "llama-3.2-1b": (2048, 8192, 32, 8, 64, 128256),
    "llama-3.1-8b": (4096, 14336, 32, 8, 128, 128256),
    "qwen2.5-14b": (5120, 13824, 40, 8, 128, 152064),
    "qwen3-32b": (5120, 25600, 64, 8, 128, 151936),
    "llama-3.1-70b": (8192, 28672, 64, 8, 128, 128256),
}
LAYERS = 4
TOKENS = (512, 1024, 2048, 4096, 8192, 16384)
GRAPH_BATCHES = [1, 2, 4] + list(range(8, 129, 8))


def smi_used(index=0):
    out = subprocess.run(
        ["nvidia-smi", "-i", str(index), "--query-gpu=memory.used,memory.free,memory.total,memory.reserved",
         "--format=csv,noheader,nounits"], capture_output=True, text=True, check=True)
    return [int(x) for x in out.stdout.split(",")]


def row(**fields):
    print(json.dumps(fields), flush=True)


def about():
    import torch
    driver = subprocess.run(["nvidia-smi", "-i", "0", "--query-gpu=driver_version", "--format=csv,noheader"],
                            capture_output=True, text=True, check=True).stdout.strip()
    row(kind="about", gpu=torch.cuda.get_device_name(0), driver=driver, torch=torch.__version__,
        cuda=torch.version.cuda, nccl=".".join(map(str, torch.cuda.nccl.version())),
        capability=".".join(map(str, torch.cuda.get_device_capability(0))))


def context():
    import torch
    import torch.nn.functional as F
    before = smi_used()[0]

    def step(name):
        torch.cuda.synchronize()
        torch.cuda.empty_cache()
        row(kind="context", step=name, smi=smi_used(), before_mib=before,
            reserved_mib=torch.cuda.memory_reserved() / MIB)

    torch.zeros(1, device="cuda")
    step("context")
    a = torch.randn(4096, 4096, device="cuda", dtype=torch.bfloat16)
    b = a @ a
    step("matrix product")
    q = torch.randn(1, 32, 2048, 128, device="cuda", dtype=torch.bfloat16)
    F.scaled_dot_product_attention(q, q, q, is_causal=True)
    step("attention")
    logits = torch.randn(64, 128256, device="cuda")
    torch.multinomial(torch.softmax(logits.topk(50).values, -1), 1)
    logits.sort()
    step("sampling")
    del a, b, q, logits


class Block:
    def __init__(self, shape):
        import torch
        h, ffn, heads, kv, d, _ = shape
        new = lambda *s: torch.randn(*s, device="cuda", dtype=torch.bfloat16) * 0.02
        self.shape = shape
        self.qkv, self.o = new((heads + 2 * kv) * d, h), new(h, heads * d)
        self.gate_up, self.down = new(2 * ffn, h), new(h, ffn)
        self.norms = [new(h), new(h)]

    def __call__(self, x, residual):
        import torch
        import torch.nn.functional as F
        h, ffn, heads, kv, d, _ = self.shape
        n = x.shape[0]
        residual = residual + x
        y = F.rms_norm(residual, (h,), self.norms[0])
        qkv = F.linear(y, self.qkv)
        q, k, v = qkv.split([heads * d, kv * d, kv * d], -1)
        att = F.scaled_dot_product_attention(
            q.view(1, n, heads, d).transpose(1, 2), k.view(1, n, kv, d).transpose(1, 2),
            v.view(1, n, kv, d).transpose(1, 2), is_causal=n > 1, enable_gqa=True)
        x = F.linear(att.transpose(1, 2).reshape(n, heads * d), self.o)
        residual = residual + x
        y = F.rms_norm(residual, (h,), self.norms[1])
        gate, up = F.linear(y, self.gate_up).chunk(2, -1)
        return F.linear(F.silu(gate) * up, self.down), residual


def prefill():
    import torch
    import torch.nn.functional as F
    for name, shape in SHAPES.items():
        h, _, _, _, _, vocab = shape
        blocks = [Block(shape) for _ in range(LAYERS)]
        head = torch.randn(vocab, h, device="cuda", dtype=torch.bfloat16)
        with torch.inference_mode():
            for tokens in TOKENS:
                torch.cuda.synchronize()
                torch.cuda.empty_cache()
                torch.cuda.reset_peak_memory_stats()
                base = torch.cuda.memory_allocated()
                x = torch.randn(tokens, h, device="cuda", dtype=torch.bfloat16)
                residual = torch.zeros_like(x)
                for block in blocks:
                    x, residual = block(x, residual)
                F.linear(x[-1:], head).float()
                torch.cuda.synchronize()
                row(kind="prefill", shape=name, hidden=h, ffn=shape[1], heads=shape[2], kv_heads=shape[3],
                    head_dim=shape[4], vocab=vocab, layers=LAYERS, tokens=tokens,
                    peak_bytes=torch.cuda.max_memory_allocated() - base)
                del x, residual
        del blocks, head
        torch.cuda.empty_cache()


def graphs():
    import torch
    for name in ("llama-3.2-1b", "llama-3.1-8b"):
        shape = SHAPES[name]
        for layers in (8, 16, 32):
            blocks = [Block(shape) for _ in range(layers)]
            pool = torch.cuda.graph_pool_handle()
            with torch.inference_mode():
                x = torch.randn(max(GRAPH_BATCHES), shape[0], device="cuda", dtype=torch.bfloat16)
                y, r = x, torch.zeros_like(x)
                for block in blocks:
                    y, r = block(y, r)
                torch.cuda.synchronize()
                torch.cuda.empty_cache()
                before, torch_before = smi_used()[0], torch.cuda.memory_reserved()
                kept = []
                for batch in reversed(GRAPH_BATCHES):
                    graph = torch.cuda.CUDAGraph()
                    with torch.cuda.graph(graph, pool=pool):
                        y, r = x[:batch], torch.zeros_like(x[:batch])
                        for block in blocks:
                            y, r = block(y, r)
                    kept.append(graph)
                for graph in kept:
                    graph.replay()
                torch.cuda.synchronize()
                row(kind="graphs", shape=name, layers=layers, graphs=len(kept),
                    added_mib=smi_used()[0] - before, in_torch_mib=(torch.cuda.memory_reserved() - torch_before) / MIB)
            del kept, blocks, x, y, r
            torch.cuda.empty_cache()


def nccl_rank():
    import torch
    import torch.distributed as dist
    rank, world = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    torch.cuda.set_device(rank)
    torch.zeros(1, device="cuda")
    (torch.randn(512, 512, device="cuda") @ torch.randn(512, 512, device="cuda")).sum().item()
    torch.cuda.empty_cache()
    before, reserved = smi_used(rank)[0], torch.cuda.memory_reserved()
    dist.init_process_group("nccl", device_id=torch.device("cuda", rank))
    after = {}
    for megabytes in (1, 64, 512):
        buffer = torch.ones(megabytes * MIB // 4, device="cuda")
        dist.all_reduce(buffer)
        torch.cuda.synchronize()
        del buffer
        torch.cuda.empty_cache()
        after[f"after_{megabytes}mb_mib"] = smi_used(rank)[0] - before - (torch.cuda.memory_reserved() - reserved) / MIB
    row(kind="nccl", rank=rank, world=world, p2p_disabled=os.environ.get("NCCL_P2P_DISABLE", "0"), **after)
    dist.destroy_process_group()


def nccl():
    import torch
    count = torch.cuda.device_count()
    for world in [n for n in (1, 2, 4) if n <= count]:
        for disabled in ("0", "1"):
            env = {**os.environ, "NCCL_P2P_DISABLE": disabled}
            subprocess.run([sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(world), __file__, "nccl-rank"],
                           env=env, check=True, stderr=subprocess.DEVNULL)


PARTS = {"about": about, "context": context, "prefill": prefill, "graphs": graphs, "nccl": nccl, "nccl-rank": nccl_rank}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        PARTS[sys.argv[1]]()
    else:
        # each part in a process of its own, so that none sees the libraries that another loaded
        for part in ("about", "context", "prefill", "graphs", "nccl"):
            done = subprocess.run([sys.executable, __file__, part])
            if done.returncode != 0:
                row(kind="failed", part=part, exit=done.returncode)
