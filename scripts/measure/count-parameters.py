"""Counts the parameters of configs as Hugging Face transformers builds them, on the meta device: no weights, no network.

    pip install torch transformers
    python scripts/measure/count-parameters.py config.json ...    # one line each: class and parameters
    python scripts/measure/count-parameters.py --lines FILE       # adds "class" and "parameters" to lines of {"config"}

The class is the one for causal language models where transformers has one for the config's type, else the one
for images and text, for two sequences, for sound, or the bare encoder: what test/fixtures/hf-counts.jsonl holds.
"""

import argparse
import json
import warnings

import torch
from transformers import CONFIG_MAPPING
from transformers.models.auto import modeling_auto

warnings.filterwarnings("ignore")

ENCODERS = {"bert", "roberta", "xlm-roberta", "modernbert"}
MAPPINGS = [
    modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING,
    modeling_auto.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING,
    modeling_auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING,
    modeling_auto.MODEL_FOR_SPEECH_SEQ_2_SEQ_MAPPING,
    modeling_auto.MODEL_MAPPING,
]


def class_of(config):
    if config.model_type in ENCODERS:
        return modeling_auto.MODEL_MAPPING[type(config)]
    # Whisper's class for text alone has no encoder
    mappings = MAPPINGS[3:] if config.model_type == "whisper" else MAPPINGS
    return next(mapping[type(config)] for mapping in mappings if type(config) in mapping)


def count(raw):
    fields = {k: v for k, v in raw.items() if k not in ("model_type", "quantization_config", "auto_map")}
    config = CONFIG_MAPPING[raw["model_type"]].from_dict(fields)
    model_class = class_of(config)
    wanted = model_class.config_class
    own = config if wanted is None or isinstance(config, wanted) else config.get_text_config()
    with torch.device("meta"):
        model = model_class(own)
    model.tie_weights()
    distinct = {id(p): p.numel() for p in model.parameters()}
    return model_class.__name__, sum(distinct.values())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("configs", nargs="*")
    parser.add_argument("--lines")
    arguments = parser.parse_args()
    for path in arguments.configs:
        with open(path, encoding="utf-8") as file:
            print(path, *count(json.load(file)))
    if arguments.lines:
        with open(arguments.lines, encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                name, parameters = count(row["config"])
                print(json.dumps({"class": name, "parameters": parameters, "config": row["config"]}))


if __name__ == "__main__":
    main()
