#!/usr/bin/env python3
"""Writes what YOUR Python stack makes of a Qwen2.5-VL or Qwen2-VL checkpoint into a golden file, for

    ./qwenvl verify --model DIR --golden golden.json

Needs torch, transformers (tried: 4.57, 5.17, 5.18), pillow and numpy:

    python docs/verify-golden.py --model DIR --out golden.json \\
        --ask page.png "Read all the text in the image." --ask chart.jpg "Describe this image."

The checkpoint runs in float32 (four bytes a parameter). Pictures are resized by the rule of qwen-vl-utils with Pillow's
bicubic filter. The file holds the pictures, so it needs the care that they need.
"""
import argparse
import base64
import hashlib
import inspect
import io
import json
import math
import platform
import sys
from pathlib import Path

import numpy as np
import PIL
import torch
import transformers
from PIL import Image, ImageDraw
from transformers import AutoModelForImageTextToText, AutoTokenizer

try:  # transformers 5
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil as ImageProcessor
except ImportError:  # transformers 4
    from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor as ImageProcessor

FACTOR = 28
SAMPLES = 256
DECIDING = {"config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json",
            "chat_template.jinja", "chat_template.json", "model.safetensors.index.json"}


def file_digests(folder):
    digests = {}
    for file in sorted(folder.iterdir()):
        if file.is_file() and (file.name in DECIDING or file.suffix == ".safetensors"):
            digest = hashlib.sha256()
            with open(file, "rb") as stream:
                for block in iter(lambda: stream.read(1 << 20), b""):
                    digest.update(block)
            digests[file.name] = digest.hexdigest()
    return digests


def chat_template(folder):
    if (folder / "chat_template.jinja").exists():
        return (folder / "chat_template.jinja").read_text(encoding="utf-8")
    for name in ("chat_template.json", "tokenizer_config.json"):
        if (folder / name).exists():
            template = json.loads((folder / name).read_text(encoding="utf-8")).get("chat_template")
            if template:
                return template
    sys.exit(f"{folder} has no chat template")


def to_rgb(image):
    """qwen-vl-utils, to_rgb: what is transparent lies on white."""
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, (255, 255, 255))
        white.paste(image, mask=image.split()[3])
        return white
    return image.convert("RGB")


def smart_resize(height, width, low, high):
    """qwen-vl-utils, smart_resize."""
    if max(height, width) / min(height, width) > 200:
        sys.exit(f"a picture of {width} x {height} pixels is too narrow")
    h = max(FACTOR, round(height / FACTOR) * FACTOR)
    w = max(FACTOR, round(width / FACTOR) * FACTOR)
    if h * w > high:
        beta = math.sqrt((height * width) / high)
        h, w = math.floor(height / beta / FACTOR) * FACTOR, math.floor(width / beta / FACTOR) * FACTOR
    elif h * w < low:
        beta = math.sqrt(low / (height * width))
        h, w = math.ceil(height * beta / FACTOR) * FACTOR, math.ceil(width * beta / FACTOR) * FACTOR
    return h, w


def clip_patches(frames, mean, std):
    """Frames of final size [n, h, w, 3] to [patches, 1176], as Qwen2VLVideoProcessor does: normalised in one step."""
    mean255, std255 = np.float32(mean) * np.float32(255), np.float32(std) * np.float32(255)
    values = ((frames.astype(np.float32) - mean255) / std255).transpose(0, 3, 1, 2)
    t, h, w = len(frames) // 2, frames.shape[1] // 14, frames.shape[2] // 14
    values = values.reshape(t, 2, 3, h // 2, 2, 14, w // 2, 2, 14).transpose(0, 3, 6, 4, 7, 2, 1, 5, 8)
    return np.ascontiguousarray(values.reshape(t * h * w, 1176)), [t, h, w]


def shape_picture(height, width, seed):
    """A slope, stripes, blocks and some letters."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([255 * x // width, np.where((y // 7 + seed) % 2 == 0, 230, 20), x // 14 * 37 + y // 14 * 91 + seed * 53], axis=2)
    image = Image.fromarray((rgb % 256).astype(np.uint8))
    ImageDraw.Draw(image).text((4, height // 3), f"Total {seed}.50", fill=(0, 0, 0))
    return image


def text(words):
    return {"type": "text", "text": words}


def builtin_cases():
    """(name, messages, pictures by name)"""
    page, small, odd = shape_picture(84, 112, 1), shape_picture(56, 56, 2), shape_picture(75, 101, 3)
    frames = {f"frame {i}": Image.fromarray(np.roll(np.array(shape_picture(84, 112, 4)), 9 * i, axis=1)) for i in range(4)}
    clip = {"type": "video", "video": list(frames), "fps": 2.0, "resized_height": 84, "resized_width": 112}
    user = lambda *parts: {"role": "user", "content": list(parts)}
    return [
        ("text", [user(text("Hello"))], {}),
        ("turns", [{"role": "system", "content": [text("You read documents.")]}, user(text("Who signed?")),
                   {"role": "assistant", "content": [text("The company.")]}, user(text("When?"))], {}),
        ("picture", [user({"type": "image", "image": "page"}, text("Describe this image."))], {"page": page}),
        ("resized picture", [user({"type": "image", "image": "odd"}, text("Extract the date."))], {"odd": odd}),
        ("two pictures", [user({"type": "image", "image": "page"}, text(" and "), {"type": "image", "image": "small"}, text("?"))],
         {"page": page, "small": small}),
        ("clip", [user(clip, text("Describe this video."))], frames),
    ]


class Stack:
    def __init__(self, folder, device):
        self.device = device
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.template = chat_template(folder)
        self.images = ImageProcessor.from_pretrained(folder)
        config = folder / "preprocessor_config.json"
        config = json.loads(config.read_text(encoding="utf-8")) if config.exists() else {}
        size = config.get("size") or {}
        self.low = config.get("min_pixels") or size.get("shortest_edge") or 4 * 28 * 28
        self.high = config.get("max_pixels") or size.get("longest_edge") or 16384 * 28 * 28
        dtype = "dtype" if tuple(map(int, transformers.__version__.split(".")[:2])) >= (4, 56) else "torch_dtype"
        self.model = AutoModelForImageTextToText.from_pretrained(folder, **{dtype: torch.float32}).to(device).eval()
        text_model = getattr(self.model.model, "language_model", self.model.model)
        text_model.register_forward_pre_hook(self.remember_positions, with_kwargs=True)
        self.positions = None

    def remember_positions(self, module, args, kwargs):
        if self.positions is None:
            given = kwargs.get("position_ids")  # none for text alone; some releases put a row of text positions first
            length = kwargs["inputs_embeds"].shape[1]
            self.positions = [list(range(length))] * 3 if given is None else given[-3:, 0].tolist()

    def picture(self, image, part):
        exact = "resized_height" in part
        height, width = (part["resized_height"], part["resized_width"]) if exact else (image.height, image.width)
        height, width = smart_resize(height, width, self.low, self.high)
        resized = image.resize((width, height), Image.Resampling.BICUBIC)
        batch = self.images(images=[resized], do_resize=False, return_tensors="np")
        return np.asarray(batch["pixel_values"], np.float32), np.asarray(batch["image_grid_thw"])[0].tolist()

    def clip(self, frames, part):
        if any((f.height, f.width) != (part["resized_height"], part["resized_width"]) for f in frames) or len(frames) % 2:
            sys.exit("a clip needs an even number of frames of the size that it names")
        return clip_patches(np.stack([np.array(f) for f in frames]), self.images.image_mean, self.images.image_std)

    @torch.no_grad()
    def case(self, name, messages, pictures, new_tokens):
        images, clips, visuals = [], [], []
        for message in messages:
            for part in message["content"]:
                if part["type"] == "image":
                    images.append(self.picture(pictures[part["image"]], part))
                    visuals.append(images[-1])
                elif part["type"] == "video":
                    clips.append(self.clip([pictures[f] for f in part["video"]], part) + (2 / part["fps"],))
                    visuals.append(clips[-1][:2])
        prompt = self.tokenizer.apply_chat_template(messages, chat_template=self.template, tokenize=False, add_generation_prompt=True)
        for token, group in (("<|image_pad|>", images), ("<|video_pad|>", clips)):
            first, *rest = prompt.split(token)
            assert len(rest) == len(group), "the prompt spells a special token"
            prompt = first + "".join(token * (math.prod(item[1]) // 4) + after for item, after in zip(group, rest))
        ids = self.tokenizer(prompt, add_special_tokens=False)["input_ids"]
        known = inspect.signature(self.model.forward).parameters
        inputs = {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.long)}
        if images:
            inputs["pixel_values"] = torch.from_numpy(np.concatenate([p for p, _ in images]))
            inputs["image_grid_thw"] = torch.tensor([g for _, g in images])
        if clips:
            inputs["pixel_values_videos"] = torch.from_numpy(np.concatenate([p for p, _, _ in clips]))
            inputs["video_grid_thw"] = torch.tensor([g for _, g, _ in clips])
            if "second_per_grid_ts" in known:  # Qwen2-VL counts frames, not seconds
                inputs["second_per_grid_ts"] = torch.tensor([s for _, _, s in clips])
        if "mm_token_type_ids" in known:
            row = inputs["input_ids"]
            config = self.model.config
            inputs["mm_token_type_ids"] = (row == config.image_token_id).int() + 2 * (row == config.video_token_id).int()
        inputs = {key: value.to(self.device) for key, value in inputs.items()}

        self.positions = None
        self.model.model.rope_deltas = self.model.rope_deltas = None
        logits = self.model(**inputs).logits[0, -1].float().cpu()
        positions = self.positions
        answer = self.model.generate(**inputs, max_new_tokens=new_tokens, do_sample=False, repetition_penalty=1.0,
                                     temperature=None, top_p=None, top_k=None)[0, len(ids):].tolist()
        top = torch.topk(logits, 20).indices.tolist()
        spread = list(range(0, len(logits), max(1, len(logits) // 64)))
        chosen = sorted(set(top + spread))
        print(f"{name}: {len(ids)} tokens -> {self.tokenizer.decode(answer)!r}", file=sys.stderr)
        return {
            "name": name,
            "messages": messages,
            "input_ids": ids,
            "visuals": [visual(*v) for v in visuals],
            "positions": positions,
            "next_position": max(max(axis) for axis in positions) + 1,
            "logits": {"ids": chosen, "values": logits[chosen].tolist(), "logsumexp": torch.logsumexp(logits.double(), 0).item()},
            "greedy": answer,
        }


def visual(values, grid):
    flat = np.ascontiguousarray(values, dtype="<f4").reshape(-1)
    stride = max(1, len(flat) // SAMPLES)
    return {"grid": grid, "sha256": hashlib.sha256(flat.tobytes()).hexdigest(), "stride": stride, "sample": flat[::stride].astype(float).tolist()}


def png(image):
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return base64.b64encode(stream.getvalue()).decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, type=Path, help="checkpoint folder")
    parser.add_argument("--out", required=True, type=Path, help="the golden file")
    parser.add_argument("--ask", nargs=2, action="append", default=[], metavar=("PICTURE", "PROMPT"), help="a case of your own; may be repeated")
    parser.add_argument("--max-new-tokens", type=int, default=32)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()

    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    stack = Stack(options.model, options.device)
    cases, pictures = [], {}
    own = [(f"{Path(file).name}: {prompt}", [{"role": "user", "content": [{"type": "image", "image": f"own {i}"}, text(prompt)]}],
            {f"own {i}": to_rgb(Image.open(file))}) for i, (file, prompt) in enumerate(options.ask)]
    for name, messages, shown in builtin_cases() + own:
        cases.append(stack.case(name, messages, shown, options.max_new_tokens))
        pictures.update(shown)
    golden = {
        "format": 1,
        "model": options.model.resolve().name,
        "made_with": {"transformers": transformers.__version__, "torch": torch.__version__, "pillow": PIL.__version__,
                      "python": platform.python_version(), "device": options.device, "dtype": "float32"},
        "files": file_digests(options.model),
        "cases": cases,
        "pictures": {name: png(image) for name, image in pictures.items()},
    }
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    rest = json.dumps({key: value for key, value in golden.items() if key != "cases"}, ensure_ascii=False, indent=1)
    options.out.write_text(rest[:-2] + ',\n "cases": [\n' + lines + "\n]}\n", encoding="utf-8")
    print(f"{options.out}: {len(cases)} cases", file=sys.stderr)


if __name__ == "__main__":
    main()
