"""A real server end to end: `transformers serve` with a tiny model of random weights, made here, babbles."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot import ArticleBot, Settings
from bot.chat import Chat
from bot.prompts import write_prompt

_MISSING = [name for name in ("openai", "uvicorn", "fastapi", "accelerate") if not find_spec(name)]
_TEMPLATE = "{% for message in messages %}{{ message['content'] }}\n{% endfor %}"


def _make_model(folder: Path) -> None:
    """A Llama of two thin layers with random weights, and a tokenizer of bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(["<s>", "</s>", *letters])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    ends = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "</s>"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **ends)
    fast.chat_template = _TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(7)
    size = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = LlamaConfig(
        vocab_size=len(vocabulary), max_position_embeddings=16_384, eos_token_id=1, bos_token_id=0, **size
    )
    LlamaForCausalLM(config).save_pretrained(folder)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and name of the model that is served."""
    if _MISSING:
        pytest.skip(f"transformers serve needs {', '.join(_MISSING)}: pip install 'transformers[serving]'")
    folder = tmp_path_factory.mktemp("tiny")
    _make_model(folder)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    program = "import sys; from transformers.cli.transformers import app; sys.argv[0] = 'transformers'; app()"
    command = [
        sys.executable,
        "-c",
        program,
        "serve",
        str(folder),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--device",
        "cpu",
    ]
    with (folder / "log.txt").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as server:
        try:
            while server.poll() is None and not _answers(port):
                time.sleep(0.2)
            assert server.poll() is None, (folder / "log.txt").read_text()[-2_000:]
            yield f"http://127.0.0.1:{port}/v1", str(folder)
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as response:
            return bool(json.load(response))
    except OSError:
        return False


def test_a_real_stream_ends_in_an_answer(
    served: tuple[str, str], satellites: ArticleBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces come from a model that runs here; what it babbles passes no check, and quotes are given."""
    address, name = served
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    settings = Settings.load(
        home=satellites.settings.home, model=f"openai:{name}", model_timeout=120, model_window=3_000
    )
    chat = Chat.open(settings)
    chat._model.max_tokens = 48
    pieces = list(chat.stream(write_prompt("[1] A cat sat.", "Who sat?", as_json=False), chat.begin()))
    assert len(pieces) > 1
    bot = ArticleBot(satellites.store, list(satellites.articles), settings=settings, chat=chat)
    answer = bot.ask("What broke on Harrier 19?")
    assert answer.mode == "extractive"
    assert answer.note is not None
    assert answer.writing is not None
    assert answer.writing.calls >= 1
    assert answer.writing.output_tokens > 0
