#!/usr/bin/env python3
"""Measures what the vision towers that transformers builds take on a GPU beside their weights and pixels.

One JSON row a line on stdout: the tower with random weights in 16 bits and its projector, run once over as many images
as a row says. Needs PyTorch and transformers, no network and no weights.

- peak_bytes: PyTorch's peak of the forward pass, less what was allocated before it (weights, pixels)
- kept_bytes: what is still allocated after it: the features, for all images
- rotary: "own" is transformers' rotation, which goes through 32 bits; "16 bits" has it replaced by one as serving
  engines have it, which makes the rotated queries and keys in 16 bits and nothing else. Absent without one.

Rows of kind "tiles" are Llama 3.2 Vision's tower in the order of operations of vLLM's V0 engine, in own code: buffers as
wide as the tower (copies) that are alive and at the peak, after each part, the mask of patches by patches among them.

    python3 vision-towers.py > rows.jsonl
"""
import gc
import importlib
import inspect
import json
import subprocess
import sys
import traceback

import torch
import transformers

QWEN3 = {"depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16, "patch_size": 16,
         "spatial_merge_size": 2, "temporal_patch_size": 2, "num_position_embeddings": 2304}

# name: type, whole config, images of one pass, (patches high, patches wide) of one, what makes the inputs
CASES = [
    ("qwen2.5-vl-7b", "qwen2_5_vl", {"vision_config": {
        "depth": 32, "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16, "out_hidden_size": 3584}},
     1, (256, 256), "grid"),
    ("mimo-vl-7b", "qwen2_5_vl", {"vision_config": {
        "depth": 32, "hidden_size": 1280, "intermediate_size": 3456, "num_heads": 16, "out_hidden_size": 4096}},
     1, (256, 256), "grid"),
    ("qwen3-vl-8b", "qwen3_vl", {"vision_config": {**QWEN3, "out_hidden_size": 4096,
                                                   "deepstack_visual_indexes": [8, 16, 24]}}, 1, (256, 256), "grid"),
    ("qwen3.5-4b", "qwen3_5", {"vision_config": {**QWEN3, "depth": 24, "hidden_size": 1024, "intermediate_size": 4096,
                                                 "out_hidden_size": 2560}}, 1, (256, 256), "grid"),
    ("qwen3.5-9b", "qwen3_5", {"vision_config": {**QWEN3, "out_hidden_size": 4096}}, 1, (256, 256), "grid"),
    ("gemma-3-12b", "gemma3", {"vision_config": {
        "hidden_size": 1152, "intermediate_size": 4304, "num_attention_heads": 16, "num_hidden_layers": 27,
        "image_size": 896, "patch_size": 14}, "text_config": {"hidden_size": 3840}}, 32, (64, 64), "pixels"),
    ("mistral-small-3.1", "mistral3", {"vision_config": {
        "model_type": "pixtral", "hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16,
        "num_hidden_layers": 24, "image_size": 1540, "patch_size": 14}, "text_config": {
            "model_type": "mistral", "hidden_size": 5120}, "spatial_merge_size": 2}, 2, (110, 110), "sized"),
    ("llama-4-scout", "llama4", {"vision_config": {
        "hidden_size": 1408, "intermediate_size": 5632, "num_attention_heads": 16, "num_hidden_layers": 34,
        "image_size": 336, "patch_size": 14, "vision_output_dim": 4096}, "text_config": {"hidden_size": 5120}},
     51, (24, 24), "pixels"),
    ("glm-4.5v", "glm4v_moe", {"vision_config": {
        "depth": 24, "hidden_size": 1536, "intermediate_size": 10944, "num_heads": 12, "out_hidden_size": 4096}},
     1, (156, 158), "grid"),
    ("glm-4.1v-9b", "glm4v", {"vision_config": {
        "depth": 24, "hidden_size": 1536, "intermediate_size": 13696, "num_heads": 12, "out_hidden_size": 4096}},
     1, (156, 158), "grid"),
    ("glm-4.6v video", "glm46v", {"vision_config": {
        "depth": 24, "hidden_size": 1536, "intermediate_size": 10944, "num_heads": 12, "out_hidden_size": 4096}},
     8, (122, 122), "grid"),
    ("kimi-k2.5", "kimi_k25", {"vision_config": {}, "text_config": {"model_type": "deepseek_v3", "hidden_size": 7168}},
     2, (128, 128), "grid-pixels"),
    ("minimax-m3", "minimax_m3_vl", {"vision_config": {
        "hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32, "num_attention_heads": 16},
        "text_config": {"hidden_size": 6144}}, 14, (48, 48), "grid"),
    ("gemma-4 31b", "gemma4", {"vision_config": {
        "hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27, "num_attention_heads": 16,
        "num_key_value_heads": 16, "head_dim": 72}, "text_config": {"hidden_size": 5376}}, 29, (60, 42), "positions"),
    ("gemma-4 one image", "gemma4", {"vision_config": {
        "hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27, "num_attention_heads": 16,
        "num_key_value_heads": 16, "head_dim": 72}, "text_config": {"hidden_size": 5376}}, 1, (60, 42), "positions"),
    ("step-3.7", "step3p7", {"vision_config": {}, "text_config": {"hidden_size": 4096}}, 16, (52, 52), "pixels"),
    ("internvl3-8b", "internvl", {"vision_config": {
        "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16,
        "image_size": [448, 448], "patch_size": [14, 14]}, "text_config": {
            "model_type": "qwen2", "hidden_size": 3584}}, 26, (32, 32), "pixels"),
    ("llama-3.2-11b", "mllama", {"vision_config": {
        "image_size": 560, "vision_output_dim": 7680, "intermediate_layers_indices": [3, 7, 15, 23, 30]},
        "text_config": {"hidden_size": 4096}}, 32, (40, 40), "tiles"),
]

TILES = 4
FEW_LAYERS = {"num_hidden_layers": 1, "vocab_size": 512, "pad_token_id": 0}


def row(**fields):
    print(json.dumps(fields), flush=True)


def about():
    driver = subprocess.run(["nvidia-smi", "-i", "0", "--query-gpu=driver_version", "--format=csv,noheader"],
                            capture_output=True, text=True, check=True).stdout.strip()
    row(kind="about", gpu=torch.cuda.get_device_name(0), driver=driver, torch=torch.__version__,
        transformers=transformers.__version__, cuda=torch.version.cuda)


def build(model_type, raw):
    """The model without its language model's layers; the tower and the projector are on the GPU, in 16 bits."""
    config = transformers.CONFIG_MAPPING[model_type].from_dict(json.loads(json.dumps(raw)))
    text = config.get_text_config()
    text.num_hidden_layers = 1
    if getattr(text, "layer_types", None):
        text.layer_types = text.layer_types[:1]
    if hasattr(text, "cross_attention_layers"):
        text.cross_attention_layers = [0]
    config._attn_implementation = "sdpa"
    with torch.device("meta"):
        model = transformers.AutoModel.from_config(config, attn_implementation="sdpa")
    if not hasattr(model, "get_image_features") and model_type != "mllama":
        raise RuntimeError(f"{type(model).__name__} has no get_image_features")
    for name, part in model.named_children():
        if any(word in name for word in ("vis", "proj", "embed_vision", "multi")):
            part.to(torch.bfloat16).to_empty(device="cuda")
            for tensor in [*part.parameters(), *part.buffers()]:
                tensor.data.zero_()
    return model.eval()


def pixels(model, config, images, grid, kind):
    """The inputs of one pass, and how many numbers a patch has."""
    vision = config.vision_config
    high, wide = grid
    patch = vision.patch_size if isinstance(vision.patch_size, int) else vision.patch_size[0]
    frames = getattr(vision, "temporal_patch_size", 1) if kind == "grid" else 1
    inputs = 3 * frames * patch**2
    zeros = lambda *shape: torch.zeros(shape, dtype=torch.bfloat16, device="cuda")
    grids = torch.tensor([[1, high, wide]] * images, device="cuda")
    if kind == "grid":
        return {"pixel_values": zeros(images * high * wide, inputs), "image_grid_thw": grids}, inputs
    if kind == "grid-pixels":
        return {"pixel_values": zeros(images * high * wide, 3, patch, patch), "image_grid_thw": grids}, inputs
    if kind == "positions":
        places = torch.stack(torch.meshgrid(torch.arange(wide), torch.arange(high), indexing="xy"), -1).view(-1, 2)
        places = places.expand(images, -1, 2).contiguous().cuda()
        return {"pixel_values": zeros(images, high * wide, inputs), "image_position_ids": places}, inputs
    if kind == "tiles":
        ids = torch.full((images, 1), 6, device="cuda")
        mask = torch.ones(images, 1, TILES, dtype=torch.long, device="cuda")
        return {"pixel_values": zeros(images, 1, TILES, 3, high * patch, wide * patch),
                "aspect_ratio_ids": ids, "aspect_ratio_mask": mask}, inputs
    given = {"pixel_values": zeros(images, 3, high * patch, wide * patch)}
    if kind == "sized":
        given["image_sizes"] = torch.tensor([[high * patch, wide * patch]] * images)
    if config.model_type == "llama4":
        given["vision_feature_select_strategy"] = "default"
    return given, inputs


def replacement(own):
    """As large as a kernel that writes what it is given rotated, and nothing else: q and k, or x alone (Gemma 4)."""
    if next(iter(inspect.signature(own).parameters)) == "q":
        return lambda q, k, *_, **__: (torch.empty_like(q), torch.empty_like(k))
    return lambda x, *_, **__: torch.empty_like(x)


ROTATIONS = ("apply_rotary_pos_emb_vision", "apply_multidimensional_rope", "apply_rotary_pos_emb")


def measure(name, model_type, raw, images, grid, kind):
    module = importlib.import_module(f"transformers.models.{model_type}.modeling_{model_type}")
    tower_module = {"mistral3": "pixtral", "glm46v": "glm4v"}.get(model_type)
    if tower_module:
        module = importlib.import_module(f"transformers.models.{tower_module}.modeling_{tower_module}")
    model = build(model_type, raw)
    config = model.config
    run = model.vision_model if model_type == "mllama" else model.get_image_features
    found = [each for each in ROTATIONS if hasattr(module, each)]
    own = {each: getattr(module, each) for each in found}
    for rotary in ["own", "16 bits"] if found else [None]:
        for each in found:
            setattr(module, each, own[each] if rotary == "own" else replacement(own[each]))
        try:
            gc.collect()
            torch.cuda.empty_cache()
            given, inputs = pixels(model, config, images, grid, kind)
            torch.cuda.synchronize()
            before = torch.cuda.memory_allocated()
            torch.cuda.reset_peak_memory_stats()
            with torch.inference_mode():
                out = run(**given)
            torch.cuda.synchronize()
            peak = torch.cuda.max_memory_allocated() - before
            features = getattr(out, "pooler_output", None)
            if features is None:
                features = out.last_hidden_state
            shapes = [list(each.shape) for each in features] if isinstance(features, (list, tuple)) else [list(features.shape)]
            del out
            gc.collect()
            kept = torch.cuda.memory_allocated() - before
            vision = config.vision_config
            row(kind="tower", name=name, model_type=model_type, images=images, grid=list(grid),
                patches=images * grid[0] * grid[1] * (TILES if kind == "tiles" else 1), patch_inputs=inputs,
                hidden=vision.hidden_size, intermediate=getattr(vision, "intermediate_size", None),
                out_shapes=shapes[:2], rotary=rotary, peak_bytes=peak, kept_bytes=kept,
                pixel_bytes=given["pixel_values"].nbytes)
            del features, given
        except Exception as error:  # a row says what could not be run
            row(kind="failed", name=name, rotary=rotary, why=f"{type(error).__name__}: {str(error)[:300]}")
            traceback.print_exc(limit=4, file=sys.stderr)
    for each in found:
        setattr(module, each, own[each])


WIDE, HEADS, PLACES, FILLED, KEPT = 1280, 16, 1601, 1608, (3, 7, 15, 23, 30)


def tile_layer(weights, x, mask):
    def attention(h):
        q, k, v = torch.nn.functional.linear(h, weights["qkv"]).split(WIDE, -1)
        q, k, v = (t.view(t.shape[0], t.shape[1], HEADS, WIDE // HEADS).transpose(1, 2) for t in (q, k, v))
        out = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return torch.nn.functional.linear(out.transpose(1, 2).flatten(2), weights["out"])

    def feed_forward(h):
        h = torch.nn.functional.linear(h, weights["up"])
        h = torch.nn.functional.gelu(h)
        return torch.nn.functional.linear(h, weights["down"])

    for part in (attention, feed_forward):
        before = x
        normed = torch.nn.functional.layer_norm(x, (WIDE,))
        x = before + 1 * part(normed)
    return x


def tiles(images):
    zeros = lambda *shape: torch.zeros(shape, dtype=torch.bfloat16, device="cuda")
    weights = {"qkv": zeros(3 * WIDE, WIDE), "out": zeros(WIDE, WIDE), "up": zeros(4 * WIDE, WIDE),
               "down": zeros(WIDE, 4 * WIDE), "patch": zeros(WIDE, 588)}
    pixels = torch.zeros(images * TILES, 3, 560, 560, device="cuda")
    before = torch.cuda.memory_allocated()
    copy = images * TILES * FILLED * WIDE * 2
    marks = {}

    def mark(name):
        marks[name] = [round((each - before) / copy, 2) for each in
                       (torch.cuda.memory_allocated(), torch.cuda.max_memory_allocated())]
        torch.cuda.reset_peak_memory_stats()

    torch.cuda.reset_peak_memory_stats()
    with torch.inference_mode():
        unfolded = torch.nn.functional.unfold(pixels.to(torch.bfloat16), 14, stride=14).permute(0, 2, 1)
        embeds = torch.nn.functional.linear(unfolded, weights["patch"])
        del unfolded
        hidden = torch.cat([zeros(images * TILES, 1, WIDE), embeds + 0], 1).view(images, TILES, PLACES, WIDE) + 0
        hidden = torch.nn.functional.layer_norm(hidden, (WIDE,))
        hidden = torch.nn.functional.pad(hidden, (0, 0, 0, FILLED - PLACES)).view(images, -1, WIDE)
        mask = zeros(images, TILES * FILLED, 1)
        mask = (mask @ mask.transpose(-1, -2) * torch.finfo(torch.bfloat16).min).unsqueeze(1)
        mark("mask")
        states, x = (), hidden
        for index in range(32):
            states += (x,) if index in KEPT else ()
            x = tile_layer(weights, x, mask)
            if index in (0, 31):
                mark(f"layer {index}")
        hidden = torch.nn.functional.layer_norm(x, (WIDE,))
        x = hidden
        for _ in range(8):
            x = tile_layer(weights, x, mask)
        mark("global")
        stacked = torch.stack(states, -1)
        mark("stack")
        cut = lambda t: t.reshape(images, TILES, FILLED, -1)[:, :, :PLACES]
        torch.cat([cut(x), cut(stacked)], -1)
        mark("cat")
    row(kind="tiles", images=images, copy_bytes=copy, mask_bytes=images * (TILES * FILLED) ** 2 * 2,
        pixel_bytes=pixels.nbytes, copies_now_and_peak=marks)


def main():
    about()
    for case in CASES:
        try:
            measure(*case)
        except Exception as error:
            row(kind="failed", name=case[0], why=f"{type(error).__name__}: {str(error)[:300]}")
            traceback.print_exc(limit=6, file=sys.stderr)
        gc.collect()
        torch.cuda.empty_cache()
    for images in (8, 32):
        tiles(images)
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
