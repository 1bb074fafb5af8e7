"""The modules of a release build, for scripts that compile or read against them."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def import_flags():
    """The compiler's flags with which `import Parzen` finds the modules that `swift build -c release` has made."""
    folder = pathlib.Path(output("swift", "build", "-c", "release", "--show-bin-path").strip())
    maps = [*folder.glob("C*.build/module.modulemap")]
    maps += [ROOT / f"Sources/{name}/module.modulemap" for name in ("COpenBLAS", "CZlib")]
    flags = [f"-I{ROOT}/Sources/CParzenKernels/include", *(f"-fmodule-map-file={path}" for path in maps)]
    libraries = subprocess.run(
        ["pkg-config", "--cflags-only-I", "openblas", "zlib"], capture_output=True, text=True).stdout.split()
    return [f"-I{folder}/Modules", *(part for flag in flags + libraries for part in ("-Xcc", flag))]
