"""Teaches the encoder to tell kinds of questions apart; writes knowledge/guidance/kinds.npz (workflows/adapters/leaning.py).

Apart from the product because it needs torch and onnx, which the product does not:
`uv run --with torch==2.13.0 --with onnx==1.23.2 python tests/teach_kinds.py` (CPU wheels do; about ten minutes on two idle
cores, the same file for the same samples). Run it when samples.tsv or the families of recognized.yaml have changed;
an edited article needs none of it.

Two readings are taught apart, and what they say is averaged. One is the encoder's last three layers on the tokens,
taught anew from where the packaged model stands; it understands look-alikes. The other weighs the frozen vector, the
words, their neighbors and the word lists; it forgets less of what is asked in no sample's words.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from workflows.adapters import leaning
from workflows.adapters.embeddings import DIMENSIONS, Embedder
from workflows.adapters.spelling import SEARCHED, Spelling
from workflows.adapters.word_grams import PLACES, Grams, grams, rarity
from workflows.catalog.shelf import shelf
from workflows.domain.guidance import Shelf

FROM, LAYERS, HEADS = 3, 6, 12
SEVEN_BITS = 63
EPOCHS, BATCH, STEP, HEAD_STEP, WARM = 3, 48, 1.5e-4, 2e-3, 0.08
COUNTS = {"declined": 1.5, "beyond": 1.2, "own_terms": 2.0, "premise": 1.2, "lawful": 1.0, "question": 0.7}
QUESTIONS = 16  # of an article that teach
WORDED, SHOWN, SMALL, ROUNDS, STEEP = 0.6, 0.15, 0.15, 60, 5.0
SHORT = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "joined",
    "attention.output.LayerNorm": "first",
    "intermediate.dense": "wide",
    "output.dense": "narrow",
    "output.LayerNorm": "second",
}


class Layer(nn.Module):
    """One layer of the encoder."""

    def __init__(self, size: int = 384, wide: int = 1536) -> None:
        super().__init__()
        self.query, self.key, self.value, self.joined = (nn.Linear(size, size) for _ in range(4))
        self.wide, self.narrow = nn.Linear(size, wide), nn.Linear(wide, size)
        self.first, self.second = (nn.LayerNorm(size, eps=1e-12) for _ in range(2))
        self.drop = nn.Dropout(0.1)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        asked, held, told = (
            part(tokens).unflatten(2, (HEADS, -1)).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        seen = functional.scaled_dot_product_attention(asked, held, told, attn_mask=mask)
        tokens = self.first(tokens + self.drop(self.joined(seen.transpose(1, 2).flatten(2))))
        return self.second(tokens + self.drop(self.narrow(functional.gelu(self.wide(tokens)))))


class Upper(nn.Module):
    """The encoder's last layers as packaged, and one score for each name."""

    def __init__(self, graph: onnx.GraphProto, names: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer() for _ in range(FROM, LAYERS))
        held, matrices = weights(graph), matrix_of(graph)
        with torch.no_grad():
            for at, layer in enumerate(self.layers, FROM):
                for long, short in SHORT.items():
                    name, part = f"inner.encoder.layer.{at}.{long}", getattr(layer, short)
                    matrix = held[f"{name}.weight"] if "Norm" in long else held[matrices[f"{name}.bias"]].T
                    part.weight.copy_(torch.tensor(matrix))
                    part.bias.copy_(torch.tensor(held[f"{name}.bias"]))
        self.drop, self.out = nn.Dropout(0.1), nn.Linear(384, names)
        nn.init.normal_(self.out.weight, std=0.02)
        nn.init.zeros_(self.out.bias)

    def forward(self, states: Sequence["np.ndarray"]) -> Tensor:
        tokens = nn.utils.rnn.pad_sequence([torch.from_numpy(s).float() for s in states], batch_first=True)
        real = torch.arange(tokens.shape[1])[None] < torch.tensor([len(s) for s in states])[:, None]
        mask = torch.where(real[:, None, None], 0.0, -1e9)
        for layer in self.layers:
            tokens = layer(tokens, mask)
        mean = (tokens * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        return self.out(self.drop(mean))


class Lessons:
    """The texts that teach, and what each is."""

    def __init__(self, held: Shelf) -> None:
        spelling = Spelling((e.text for e in held.entries if e.kind in SEARCHED), held.words)
        refused = {kind.article for kind in held.recognized.values() if kind.kind == "declined"}
        asked = Counter[str]()
        rows = []
        for entry in held.entries:
            asked[entry.owner] += entry.kind == "question"
            question = entry.kind == "question" and asked[entry.owner] <= QUESTIONS and entry.owner not in refused
            if question or entry.kind in ("sample", "lawful"):
                rows.append((entry.owner if entry.kind == "sample" else leaning.ORDINARY, entry))
        self.texts = [spelling.mend(entry.text) for _, entry in rows]
        self.names = sorted({name for name, _ in rows})  # ORDINARY first
        kind_of = {name: held.recognized[name].kind if name else "" for name in self.names}
        self.kinds = sorted(set(kind_of.values()))
        self.of = torch.tensor([self.names.index(name) for name, _ in rows])
        self.counts = torch.tensor([COUNTS[kind_of[name] or entry.kind] for name, entry in rows])
        in_kind = torch.tensor([self.kinds.index(kind_of[name]) for name in self.names])
        self.together, self.kind = functional.one_hot(in_kind), in_kind[self.of]
        shown = [held.words.shown(text) for text in self.texts]
        self.shown = torch.tensor([[float(name in one) for name in held.words.shows] for one in shown])

    def beside(self, vectors: Tensor) -> Tensor:
        """What stands beside the words: the vector, the word lists, and one."""
        return torch.cat([vectors, self.shown, torch.ones(len(vectors), 1)], 1)

    def of_kinds(self, scores: Tensor) -> Tensor:
        """The score of each kind: the logarithm of the sum over its families."""
        apart = scores[:, :, None].masked_fill(self.together[None] == 0, -1e9)
        return torch.logsumexp(apart, 1)

    def loss(self, scores: Tensor, at: Sequence[int]) -> Tensor:
        """For each text how little its kind, and half as much its family within the kind, is believed."""
        believed = functional.log_softmax(scores, 1)
        kinds = self.of_kinds(believed)
        kind = kinds.gather(1, self.kind[at][:, None])[:, 0]
        family = believed.gather(1, self.of[at][:, None])[:, 0] - kind
        return self.counts[at] * -(0.95 * kind + 0.05 * kinds.mean(1).clamp(min=-8) + 0.5 * family)


def weights(graph: onnx.GraphProto) -> dict[str, "np.ndarray"]:
    """The packaged numbers by name; a matrix kept as bytes is multiplied by its scale."""
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    whole = {
        name[:-2]: held[name].astype(np.float32) * held[f"{name[:-2]}_scale"] for name in held if name.endswith("_q")
    }
    return held | whole


def matrix_of(graph: onnx.GraphProto) -> dict[str, str]:
    """The name of the matrix that stands before each bias."""
    product = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "MatMul"}
    return {n.input[1]: product[n.input[0]] for n in graph.node if n.op_type == "Add" and n.input[0] in product}


def fork(graph: onnx.GraphProto) -> str:
    """Where the layers that are taught begin: what comes out of the one before."""
    bias = f"inner.encoder.layer.{FROM - 1}.output.LayerNorm.bias"
    return next(n.output[0] for n in graph.node if bias in n.input)


def read(texts: Sequence[str], graph: onnx.GraphProto, embedder: Embedder) -> tuple[Tensor, list["np.ndarray"]]:
    """The frozen vector of each text, and its tokens' states where the layers that are taught begin."""
    seen = helper.make_tensor_value_info(fork(graph), TensorProto.FLOAT, ["batch", "sequence", 384])
    watching = Embedder(embedder.model, embedder.tokens, piece(onnx.GraphProto(output=[seen])))
    vectors, states = [], []
    for text in texts:
        vector, inside = watching.read([text])
        vectors.append(torch.from_numpy(vector[0]))
        states.append(inside[0].astype(np.float16))
    return torch.stack(vectors), states


def teach_upper(lessons: Lessons, states: Sequence["np.ndarray"], graph: onnx.GraphProto) -> Upper:
    upper, chance = Upper(graph, len(lessons.names)), random.Random(0)
    steps = len(list(batches(states, chance))) * EPOCHS
    adam = torch.optim.AdamW(
        [{"params": upper.layers.parameters(), "lr": STEP}, {"params": upper.out.parameters(), "lr": HEAD_STEP}]
    )
    pace = torch.optim.lr_scheduler.LambdaLR(
        adam, lambda at: min(1, (at + 1) / WARM / steps) * max(0.02, 1 - at / steps)
    )
    for epoch in range(EPOCHS):
        losses = []
        for at in batches(states, chance):
            loss = lessons.loss(upper([states[one] for one in at]), at).mean()
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
            adam.step()
            pace.step()
            losses.append(loss.item())
        print(f"round {epoch + 1} of {EPOCHS}: loss {sum(losses) / len(losses):.3f}", flush=True)
    return upper.eval()


def batches(states: Sequence["np.ndarray"], chance: random.Random) -> Iterator[list[int]]:
    """All places in a new order, texts of about the same length together."""
    mixed, made = chance.sample(range(len(states)), len(states)), []
    for start in range(0, len(mixed), 20 * BATCH):
        near = sorted(mixed[start : start + 20 * BATCH], key=lambda at: len(states[at]))
        made += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
    yield from chance.sample(made, len(made))


def teach_linear(lessons: Lessons, said: Sequence[Grams], beside: Tensor) -> tuple[Tensor, Tensor]:
    """Least squares of plus and minus one with small weights, by conjugate gradients, for each kind: the weights of the
    places of words and of what stands beside them, in log-odds."""
    places, values = (torch.from_numpy(np.concatenate([text[part] for text in said])) for part in (0, 1))
    sizes = torch.tensor([len(text.places) for text in said])
    rows, starts = torch.repeat_interleave(torch.arange(len(said)), sizes), sizes.cumsum(0) - sizes
    counts = lessons.counts[:, None]
    wanted = 2 * functional.one_hot(lessons.kind, len(lessons.kinds)).float()[:, 1:] - 1
    scale = torch.ones(beside.shape[1])
    scale[DIMENSIONS:-1] = SHOWN
    beside = beside * scale

    def forth(weights: Tensor) -> Tensor:
        words = functional.embedding_bag(places, weights[:PLACES], starts, mode="sum", per_sample_weights=values)
        return WORDED * words + beside @ weights[PLACES:]

    def back(wrong: Tensor) -> Tensor:
        wrong = wrong * counts
        words = torch.zeros(PLACES, wrong.shape[1]).index_add_(0, places, WORDED * values[:, None] * wrong[rows])
        return torch.cat([words, beside.T @ wrong])

    left = back(wanted)
    weights, ahead, size = torch.zeros_like(left), left.clone(), (left**2).sum(0)
    for _ in range(ROUNDS):
        turned = back(forth(ahead)) + SMALL * ahead
        step = size / (ahead * turned).sum(0)
        weights, left = weights + step * ahead, left - step * turned
        size, before = (left**2).sum(0), size
        ahead = left + size / before * ahead
    return STEEP * WORDED * weights[:PLACES], STEEP * scale[:, None] * weights[PLACES:]


def added(upper: Upper, graph: onnx.GraphProto) -> onnx.GraphProto:
    """The taught layers as nodes beside the encoder's own, in whole numbers of seven bits (eight overflow on older
    processors), which takes a quarter of the time; a product's left side is made whole numbers as it comes."""
    start, names, made = fork(graph), {}, onnx.GraphProto()
    matrices, inside = matrix_of(graph), {fork(graph)}

    def put(name: str, table: Any) -> str:
        made.initializer.append(numpy_helper.from_array(np.ascontiguousarray(table), name))
        return name

    def node(op: str, given: Sequence[str], *out: str, **more: Any) -> None:
        made.node.append(helper.make_node(op, given, out, **more))

    for at, layer in enumerate(upper.layers, FROM):
        for long, short in SHORT.items():
            old, new, part = f"inner.encoder.layer.{at}.{long}", f"kinds.{at}.{short}", getattr(layer, short)
            matrix = part.weight.detach().numpy()
            names[f"{old}.bias"] = put(f"{new}.bias", part.bias.detach().numpy())
            if "Norm" in long:
                names[f"{old}.weight"] = put(f"{new}.weight", matrix)
                continue
            scale = np.abs(matrix).max(1) / SEVEN_BITS
            names[matrices[f"{old}.bias"]] = put(new, np.rint(matrix.T / scale).astype(np.int8))
            put(f"{new}.scale", scale.astype(np.float32))
    whole: set[str] = set()
    for old in graph.node:
        if not inside & set(old.input):
            continue
        inside |= set(old.output)
        given = [names.get(n) or (n if n == start or n not in inside else f"kinds.{n}") for n in old.input]
        out = f"kinds.{old.output[0]}"
        if old.op_type == "MatMul" and given[1] in names.values():
            left, matrix = given
            if left not in whole:
                node(
                    "DynamicQuantizeLinear", [left], *(f"kinds.of.{left}.{part}" for part in ("whole", "scale", "zero"))
                )
                whole.add(left)
            node("MatMulInteger", [f"kinds.of.{left}.whole", matrix, f"kinds.of.{left}.zero"], f"{out}.whole")
            node("Cast", [f"{out}.whole"], f"{out}.float", to=TensorProto.FLOAT)
            node("Mul", [f"kinds.of.{left}.scale", f"{matrix}.scale"], f"{out}.scale")
            node("Mul", [f"{out}.float", f"{out}.scale"], out)
        else:
            same = made.node.add()
            same.CopyFrom(old)
            same.name, same.input[:], same.output[:] = f"kinds.{old.name}", given, [f"kinds.{o}" for o in old.output]
    one, two = put("kinds.one", np.array([1])), put("kinds.two", np.array([2]))
    node("Cast", ["attention_mask"], "kinds.mask", to=TensorProto.FLOAT)
    node("Unsqueeze", ["kinds.mask", two], "kinds.column")
    node("Mul", [out, "kinds.column"], "kinds.kept")
    node("ReduceSum", ["kinds.kept", one], "kinds.sum", keepdims=0)
    node("ReduceSum", ["kinds.mask", one], "kinds.count", keepdims=1)
    node("Div", ["kinds.sum", "kinds.count"], "kinds.mean")
    node("MatMul", ["kinds.mean", put("kinds.out", upper.out.weight.detach().numpy().T)], "kinds.scores")
    node("Add", ["kinds.scores", put("kinds.out.bias", upper.out.bias.detach().numpy())], "kinds")
    made.output.append(helper.make_tensor_value_info("kinds", TensorProto.FLOAT, ["batch", len(upper.out.bias)]))
    return made


def piece(graph: onnx.GraphProto) -> bytes:
    """A graph as bytes that may stand behind those of a model."""
    held: bytes = onnx.ModelProto(graph=graph).SerializeToString()
    return held


def main() -> None:
    """Teach both readings and write the file."""
    torch.manual_seed(0)
    held, embedder = shelf(), Embedder.open()
    graph = onnx.load_from_string(embedder.model.read_bytes()).graph
    lessons = Lessons(held)
    vectors, states = read(lessons.texts, graph, embedder)
    rare = rarity(lessons.texts)
    words, beside = teach_linear(lessons, [grams(text, rare) for text in lessons.texts], lessons.beside(vectors))
    write(held, lessons, added(teach_upper(lessons, states, graph), graph), words, beside, rare)


def write(held: Shelf, lessons: Lessons, graph: onnx.GraphProto, words: Tensor, beside: Tensor, rare: Any) -> None:
    kinds, names, lists = (tuple(told) for told in (lessons.kinds[1:], lessons.names, held.words.shows))
    of = leaning.of_samples(held)
    leaning.ship_taught(leaning.Taught(piece(graph), names, kinds, lists, beside.numpy(), words.numpy(), rare, of))


if __name__ == "__main__":
    main()
