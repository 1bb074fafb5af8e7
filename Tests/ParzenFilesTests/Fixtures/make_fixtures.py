"""Writes the files of this folder with the reference implementations: numpy and safetensors.

Run it in this folder: python make_fixtures.py
"""
import ml_dtypes
import numpy as np
from safetensors.numpy import save_file


def write_safetensors():
    # Every element type, each holding 0, 1, ... as far as it can; two axes, one axis, no axis, an empty axis.
    tensors = {
        "float64": np.array([[0.1, -2.5, 1e300], [5e-324, np.inf, -0.0]]),
        "float32": np.array([[0.1, -2.5], [1e-45, 3e38]], dtype=np.float32),
        "float16": np.array([0.1, -2.5, 65504, 6e-8, np.inf, 6e-5], dtype=np.float16),
        "int64": np.array([-(2**63), 2**63 - 1], dtype=np.int64),
        "int32": np.array([-(2**31), 2**31 - 1], dtype=np.int32),
        "int16": np.array([-(2**15), 2**15 - 1], dtype=np.int16),
        "int8": np.array([-128, 127], dtype=np.int8),
        "uint64": np.array([0, 2**63 - 1], dtype=np.uint64),
        "uint32": np.array([0, 2**32 - 1], dtype=np.uint32),
        "uint16": np.array([0, 2**16 - 1], dtype=np.uint16),
        "uint8": np.array([0, 255], dtype=np.uint8),
        "bool": np.array([True, False]),
        "scalar": np.array(7.5, dtype=np.float32),
        "empty": np.zeros((0, 3), dtype=np.float32),
        "name with \"quotes\", \\, \u00e9 and \U0001f600": np.array([1], dtype=np.uint8),
    }
    save_file(tensors, "types.safetensors", metadata={"text": "line\n\ttab \"quoted\" \u00e9"})

    save_file({"b": np.array([0.1, -2.5, 1e38], dtype=ml_dtypes.bfloat16)}, "bfloat16.safetensors")

    # A file whose bytes our writer has to reproduce.
    tensors = {
        "b": np.arange(3, dtype=np.float32),
        "a": np.arange(5, dtype=np.float32),
        "z": np.arange(2, dtype=np.float64),
    }
    save_file(tensors, "layout.safetensors", metadata={"key": "value"})


def write_npy():
    # Element (i, j) is 10 i + j + 0.25, exact in Float32.
    matrix = np.arange(5)[:, None] * 10 + np.arange(3) + 0.25
    for order in "CF":
        for name in ["<f4", "<f8", ">f4", ">f8"]:
            file_name = f"{order}-{'little' if name[0] == '<' else 'big'}-{name[1:]}.npy"
            np.save(file_name, np.array(matrix, dtype=name, order=order))
    np.save("one-axis.npy", matrix[:, 0])
    for version in [2, 3]:
        with open(f"version-{version}.npy", "wb") as file:
            np.lib.format.write_array(file, matrix, version=(version, 0))
    # What cannot be read.
    np.save("three-axes.npy", np.zeros((2, 3, 4)))
    np.save("no-axis.npy", np.array(1.0))
    np.save("empty.npy", np.zeros((0, 2)))
    np.save("integers.npy", np.arange(6).reshape(3, 2))
    np.save("half.npy", matrix.astype(np.float16))
    np.save("complex.npy", matrix.astype(complex))
    np.save("text.npy", np.array(["a", "b"]))
    np.save("records.npy", np.zeros(3, dtype=[("x", "<f8"), ("y", "<f8")]))
    np.save("objects.npy", np.array([1, "a"], dtype=object), allow_pickle=True)
    not_finite = matrix.copy()
    not_finite[1, 2], not_finite[3, 0] = np.nan, -np.inf
    np.save("not-finite.npy", not_finite)


def write_csv():
    matrix = np.array([[0.1, -2.5e-150], [1e150, 1 / 3]])
    np.savetxt("savetxt.txt", matrix)
    np.savetxt("savetxt.csv", matrix, fmt="%.17g", delimiter=",", header="x,y", comments="")
    np.savetxt("savetxt-comment.csv", matrix, fmt="%.17g", delimiter=";", header="x;y")


write_safetensors()
write_npy()
write_csv()
