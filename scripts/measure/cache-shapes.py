"""What a model's cache holds after one sequence, as Hugging Face transformers makes it: small models, CPU, no weights, no network.

    pip install torch transformers
    python scripts/measure/cache-shapes.py FILE TYPE...    # FILE has lines of {"config"}; one line each for these types

A line is {"type", "length", "layers", "config"}, where a layer is [heads, width of a key, width of a value, tokens kept],
["state", elements of the convolution, elements of the state]. Latent attention keeps one head: the latent and the part
with positions. Layers that read another's cache have no place in the list. What test/fixtures/cache-shapes.jsonl holds.
"""

import argparse
import json
import sys
import warnings

import torch
from transformers import CONFIG_MAPPING, DynamicCache
from transformers.models.auto import modeling_auto

warnings.filterwarnings("ignore")

LENGTH = 40
MOST_PARAMETERS = 60_000_000


def built(raw):
    fields = {k: v for k, v in raw.items() if k not in ("model_type", "auto_map")}
    config = CONFIG_MAPPING[raw["model_type"]].from_dict(fields).get_text_config()
    config._attn_implementation = "eager"
    model_class = modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING[type(config)]
    with torch.device("meta"):
        count = sum(p.numel() for p in model_class(config).parameters())
    if count > MOST_PARAMETERS:
        raise ValueError(f"{count} parameters are too many to run")
    return config, model_class(config).eval()


def elements(tensors):
    return sum(t.numel() for t in tensors if torch.is_tensor(t))


def states_of(layer, names):
    found = [getattr(layer, name, None) for name in names]
    return elements(v for one in found if one is not None for v in (one.values() if isinstance(one, dict) else [one]))


def shape(layer):
    own = []
    keys, values = getattr(layer, "keys", None), getattr(layer, "values", None)
    if torch.is_tensor(keys) and keys.numel() > 0:
        own = [keys.shape[1], keys.shape[3], values.shape[3], keys.shape[2]]
    convolution, state = states_of(layer, ["conv_states"]), states_of(layer, ["recurrent_states"])
    if convolution + state > 0:
        return own + ["state", convolution, state]
    return own


def measure(raw):
    config, model = built(raw)
    cache = DynamicCache(config=config)
    with torch.no_grad():
        model(input_ids=torch.arange(LENGTH)[None] % config.vocab_size, past_key_values=cache, use_cache=True)
    return [shape(layer) for layer in cache.layers]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("types", nargs="+")
    arguments = parser.parse_args()
    with open(arguments.file, encoding="utf-8") as file:
        for line in file:
            config = json.loads(line)["config"]
            if config.get("model_type") not in arguments.types:
                continue
            try:
                layers = measure(config)
            except Exception as problem:
                print(config["model_type"], str(problem)[:200], file=sys.stderr)
                continue
            print(json.dumps({"type": config["model_type"], "length": LENGTH, "layers": layers, "config": config}))


if __name__ == "__main__":
    main()
