#!/usr/bin/env python3
"""A server that takes GPU memory for real, the way TensorRT-LLM's PyTorch backend does.

It takes the command and the configuration file of `trtllm-serve`: put a link of that name to this file on PATH, and
what Berth writes for trtllm-serve starts it. MODEL is a folder with a Llama or Qwen2 config.json; the weights are
random. Needs PyTorch and PyYAML. In order, on the card that CUDA_VISIBLE_DEVICES names:

1. weights in 16 bits, layer by layer
2. a temporary KV cache, CUDA graphs of the decode step, and a prefill of max_num_tokens whose peak it reads
3. the KV cache: the fraction of (total - peak + temporary KV cache), no more than max_tokens, no more than the fraction of
   what is free then, rounded down to blocks
4. the graphs again, and one prefill of max_num_tokens, so that the allocator holds what a loaded server holds

It prints TensorRT-LLM's log lines with its own numbers, then answers /health, /v1/models and /metrics until it is stopped.

With SERVING_ENGINE_TERMS it takes, for real as well, what that file says instead of what its own model needs: a JSON object from
a model's path to {"weights", "beside": bytes outside of PyTorch with the CUDA context among them, "peak": bytes of the dry run,
"after": bytes taken after the KV cache, "kvBytesPerToken"}. So a plan's terms can be put on a card and its start order be measured.
"""
import argparse
import ctypes
import datetime
import http.server
import json
import os
import pathlib
import subprocess
import sys

os.environ.setdefault("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")

import torch
import torch.nn.functional as F
import yaml

GIB = 2**30
CUDA = ctypes.CDLL("libcuda.so.1")
GRAPH_BATCHES = [1, 2, 4] + list(range(8, 129, 8))
DTYPE = torch.bfloat16
BYTES = 2


def say(text):
    now = datetime.datetime.now().strftime("%m/%d/%Y-%H:%M:%S")
    print(f"[{now}] [TRT-LLM] [I] {text}", flush=True)


def parse(argv):
    parser = argparse.ArgumentParser(prog="trtllm-serve")
    parser.add_argument("verb", choices=["serve"])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--served_model_name")
    parser.add_argument("--config", "--extra_llm_api_options", required=True)
    parser.add_argument("model", type=pathlib.Path)
    return parser.parse_args(argv)


class Shape:
    """The sizes of a dense Llama-like model."""

    def __init__(self, config):
        self.layers = config["num_hidden_layers"]
        self.hidden = config["hidden_size"]
        self.heads = config["num_attention_heads"]
        self.kv_heads = config.get("num_key_value_heads", self.heads)
        self.head = config.get("head_dim") or self.hidden // self.heads
        self.width = config["intermediate_size"]
        self.vocab = config["vocab_size"]
        self.is_tied = config.get("tie_word_embeddings", False)
        self.has_bias = config["model_type"] == "qwen2"

    @property
    def kv_bytes_per_token(self):
        return 2 * self.layers * self.kv_heads * self.head * BYTES


class Layer:
    def __init__(self, shape):
        qkv = (shape.heads + 2 * shape.kv_heads) * shape.head
        self.qkv = weight(qkv, shape.hidden)
        self.qkv_bias = weight(qkv) if shape.has_bias else None
        self.out = weight(shape.hidden, shape.heads * shape.head)
        self.gate_up = weight(2 * shape.width, shape.hidden)
        self.down = weight(shape.hidden, shape.width)
        self.norms = [weight(shape.hidden), weight(shape.hidden)]


def weight(*size):
    return torch.empty(*size, dtype=DTYPE, device="cuda").normal_(0, 0.02)


class Model:
    def __init__(self, shape, args):
        self.shape = shape
        self.args = args
        self.kv_bytes_per_token = shape.kv_bytes_per_token
        self.batches = [b for b in GRAPH_BATCHES if b <= args["max_batch_size"]]
        self.graphs = None
        self.embedding = weight(shape.vocab, shape.hidden)
        self.layers = [Layer(shape) for _ in range(shape.layers)]
        self.norm = weight(shape.hidden)
        self.head = self.embedding if shape.is_tied else weight(shape.vocab, shape.hidden)

    def dry_run(self):
        prefill(self, self.args)

    def settle(self):
        self.graphs = capture(self, self.batches)
        say(f"Creating CUDA graph instances for {len(self.batches)} batch sizes.")
        prefill(self, self.args)

    @torch.inference_mode()
    def step(self, tokens, lengths):
        """One forward step over packed sequences; the logits of each one's last token."""
        x = self.embedding[tokens]
        for layer in self.layers:
            x = x + self.attention(layer, norm(x, layer.norms[0]), lengths)
            x = x + self.feed_forward(layer, norm(x, layer.norms[1]))
        last = torch.tensor(lengths, device="cuda").cumsum(0) - 1 if len(lengths) > 1 else slice(-1, None)
        return (norm(x[last], self.norm) @ self.head.T).float()

    def attention(self, layer, x, lengths):
        s = self.shape
        qkv = F.linear(x, layer.qkv, layer.qkv_bias)
        q, k, v = qkv.split([s.heads * s.head, s.kv_heads * s.head, s.kv_heads * s.head], dim=-1)
        parts = []
        for q1, k1, v1 in zip(q.split(lengths), k.split(lengths), v.split(lengths)):
            heads = [t.view(1, len(t), -1, s.head).transpose(1, 2) for t in (q1, k1, v1)]
            y = F.scaled_dot_product_attention(*heads, is_causal=True, enable_gqa=True)
            parts.append(y.transpose(1, 2).reshape(len(q1), -1))
        return (parts[0] if len(parts) == 1 else torch.cat(parts)) @ layer.out.T

    def feed_forward(self, layer, x):
        gate, up = (x @ layer.gate_up.T).chunk(2, dim=-1)
        return F.silu(gate).mul_(up) @ layer.down.T

    @torch.inference_mode()
    def decode(self, tokens):
        """A decode step without its reads of the cache: what a captured graph holds besides."""
        x = self.embedding[tokens]
        for layer in self.layers:
            s = self.shape
            qkv = F.linear(norm(x, layer.norms[0]), layer.qkv, layer.qkv_bias)
            x = x + qkv[:, : s.heads * s.head] @ layer.out.T
            x = x + self.feed_forward(layer, norm(x, layer.norms[1]))
        return norm(x, self.norm) @ self.head.T


class Terms:
    """What a plan says that a model takes, in place of the model."""

    def __init__(self, terms, context_bytes):
        self.kv_bytes_per_token = terms["kvBytesPerToken"]
        self.peak, self.after = terms["peak"], terms["after"]
        self.held = [room(terms["weights"])]
        outside_torch(terms["beside"] - context_bytes)

    def dry_run(self):
        passing = room(self.peak)
        del passing

    def settle(self):
        outside_torch(self.after)
        self.dry_run()


def room(size):
    return torch.empty(max(size, 0), dtype=torch.uint8, device="cuda")


def outside_torch(size):
    """Memory of the driver's own, which PyTorch knows nothing of; its address, for give_back."""
    address = ctypes.c_uint64()
    if size > 0 and CUDA.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(size)) != 0:
        sys.exit("RuntimeError: CUDA out of memory")
    return address


def give_back(address):
    CUDA.cuMemFree_v2(address)


def device_used():
    """Bytes of the visible card in use, as nvidia-smi prints them."""
    card = os.environ.get("CUDA_VISIBLE_DEVICES", "0")
    out = subprocess.run(["nvidia-smi", "-i", card, "--query-gpu=memory.used", "--format=csv,noheader,nounits"],
                         capture_output=True, text=True, check=True).stdout
    return int(out) * 2**20


def norm(x, gain):
    return F.rms_norm(x, gain.shape, gain)


def capture(model, batches):
    """One CUDA graph a batch size, largest first, in one memory pool."""
    graphs, pool = [], None
    for batch in sorted(batches, reverse=True):
        tokens = torch.zeros(batch, dtype=torch.long, device="cuda")
        model.decode(tokens)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=pool):
            out = model.decode(tokens)
        pool = pool or graph.pool()
        graphs.append((graph, tokens, out))
    return graphs


def prefill(model, args):
    """A step of max_num_tokens, in requests as long as they may be."""
    left, lengths = args["max_num_tokens"], []
    while left > 0:
        lengths.append(min(left, args["max_seq_len"] - 1))
        left -= lengths[-1]
    tokens = torch.randint(0, model.shape.vocab, (args["max_num_tokens"],), device="cuda")
    logits = model.step(tokens, lengths)
    torch.multinomial(torch.softmax(logits, -1), 1)
    torch.cuda.synchronize()


def used():
    free, total = torch.cuda.mem_get_info()
    return total - free


def size_kv_cache(model, args, kv):
    """Tokens of the KV cache, by a dry run."""
    per_token, block = model.kv_bytes_per_token, kv["tokens_per_block"]
    total = torch.cuda.mem_get_info()[1]
    temporary_bytes = (args["max_num_tokens"] + block) * per_token
    torch.cuda.empty_cache()
    model_bytes = torch.cuda.memory_allocated()
    outside = used() - model_bytes
    temporary = outside_torch(temporary_bytes)
    model.graphs = capture(model, model.batches) if isinstance(model, Model) else None
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    say(f"Memory used after loading model weights (inside torch) in memory usage profiling: {model_bytes / GIB:.2f} GiB")
    say(f"Memory used after loading model weights (outside torch) in memory usage profiling: {outside / GIB:.2f} GiB")
    model.dry_run()
    torch_peak = torch.cuda.max_memory_allocated()
    torch.cuda.empty_cache()
    outside = max(used() - torch.cuda.memory_allocated(), 0)
    dynamic = torch_peak - model_bytes
    say(f"Memory dynamically allocated during inference (inside torch) in memory usage profiling: {dynamic / GIB:.2f} GiB")
    say(f"Memory used outside torch (e.g., NCCL and CUDA graphs) in memory usage profiling: {outside / GIB:.2f} GiB")
    fraction = kv["free_gpu_memory_fraction"]
    peak = torch_peak + outside
    available = int((total - peak + temporary_bytes) * fraction)
    say(f"Peak memory during memory usage profiling (torch + non-torch): {peak / GIB:.2f} GiB, available KV cache memory when "
        f"calculating max tokens: {available / GIB:.2f} GiB, fraction is set {fraction}, kv size is {per_token}. device total memory "
        f"{total / GIB:.2f} GiB, , tmp kv_mem {temporary_bytes / GIB:.2f} GiB")
    tokens = available // per_token
    if kv.get("max_tokens"):
        tokens = min(tokens, kv["max_tokens"])
    give_back(temporary)
    model.graphs = None
    torch.cuda.empty_cache()
    tokens = min(tokens, int(torch.cuda.mem_get_info()[0] * fraction) // per_token)
    return tokens // block * block


def load(options, args, before_bytes):
    torch.zeros(1, device="cuda")
    torch.cuda.empty_cache()
    terms = os.environ.get("SERVING_ENGINE_TERMS")
    if terms is not None:
        said = json.loads(pathlib.Path(terms).read_text())
        return Terms(said[str(options.model)], device_used() - before_bytes)
    return Model(Shape(json.loads((options.model / "config.json").read_text())), args)


def main(argv):
    options = parse(argv)
    args = yaml.safe_load(open(options.config))
    kv = args["kv_cache_config"]
    model = load(options, args, device_used())
    tokens = size_kv_cache(model, args, kv)
    if tokens < kv["tokens_per_block"]:
        sys.exit("Impossible to fit in any sequence in kvCache")
    size = tokens * model.kv_bytes_per_token
    pool = room(size)
    print(f"[TensorRT-LLM][INFO] [MemUsageChange] Allocated {size / GIB:.2f} GiB for max tokens in paged KV cache ({tokens}).", flush=True)
    model.settle()
    say(f"allocated {torch.cuda.memory_allocated()} reserved {torch.cuda.memory_reserved()} device used {used()}")
    blocks = tokens // kv["tokens_per_block"]
    serve(options, {"kvCacheStats": {"maxNumBlocks": blocks, "tokensPerBlock": kv["tokens_per_block"]}})
    del pool


def serve(options, metrics):
    name = options.served_model_name or options.model.name
    pages = {"/health": "", "/metrics": json.dumps([metrics]), "/v1/models": json.dumps({"object": "list", "data": [{"id": name, "object": "model"}]})}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer((options.host, options.port), Handler)
    say("Application startup complete.")
    server.serve_forever()


if __name__ == "__main__":
    main([word for word in sys.argv[1:] if word != "--"])
