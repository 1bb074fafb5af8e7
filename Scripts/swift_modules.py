"""The modules of a release build, for scripts that compile or read against them."""

import pathlib
import shutil
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
    # Apple's systems have both where the compiler looks, and perhaps no pkg-config.
    has_packages = shutil.which("pkg-config")
    libraries = output("pkg-config", "--cflags-only-I", "openblas", "zlib").split() if has_packages else []
    return [f"-I{folder}/Modules", *(part for flag in flags + libraries for part in ("-Xcc", flag))]
