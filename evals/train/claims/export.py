"""From the trained network to the file that is shipped: ONNX with weights of four bits, a scale for 64 of them.

Needs the packages onnx and onnx-ir, which are there for training only. On the 1,503 statements that the threshold is
set on, four bits tell as well as 32 do (AUROC .933 against .930), and the file has 60 MiB instead of 416.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from evals.train.claims.judge import Judge

BLOCK = 64
INPUTS = ("input_ids", "attention_mask")


def export(model: Judge, path: Path) -> None:
    """Write `model` to `path`."""
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    with TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        _export_full(model.cpu().eval(), full)
        quantizer = MatMulNBitsQuantizer(
            onnx.load(full),
            block_size=BLOCK,
            is_symmetric=False,
            accuracy_level=4,  # sums in int8
            op_types_to_quantize=("MatMul", "Gather"),
        )
    quantizer.process()
    quantizer.model.save_model_to_file(str(path), use_external_data_format=False)


def _export_full(model: Judge, path: Path) -> None:
    ids = torch.full((2, 16), 2000)
    torch.onnx.export(
        model,
        (ids, torch.ones_like(ids)),
        str(path),
        input_names=list(INPUTS),
        output_names=["output"],
        dynamic_axes={name: {0: "rows", 1: "length"} for name in (*INPUTS, "output")},
        opset_version=17,
        dynamo=False,
    )
