"""How the wheel gets its library and its tag, and the source distribution the Swift sources."""

import re
import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist
from setuptools.dist import Distribution

HERE = Path(__file__).resolve().parent
LIBRARY = HERE / "parzen" / "libparzen.so"


class BuildLibrary(build_py):
    """Build the library from its Swift sources, where it is not there yet."""

    def run(self):
        if not LIBRARY.exists():
            root = HERE / "swift" if (HERE / "swift").exists() else HERE.parent
            if shutil.which("swift") is None:
                raise SystemExit(
                    "\nparzen is being built from its sources, which needs the Swift toolchain 6.3 or later "
                    "(https://www.swift.org/install) and clang.\n"
                    "Without one, install a wheel: pip install --only-binary parzen parzen\n"
                )
            subprocess.run([root / "Scripts" / "build-library", LIBRARY.parent, "--blas", "scipy"], check=True)
        super().run()


class PlatformWheel(bdist_wheel):
    """One wheel for every Python 3, on the C library that the shared library needs, as its symbols say."""

    def get_tag(self):
        symbols = re.findall(rb"GLIBC_2\.(\d+)", LIBRARY.read_bytes()) if LIBRARY.exists() else []
        _, _, platform = super().get_tag()
        if symbols and platform.startswith("linux_"):
            platform = f"manylinux_2_{max(map(int, symbols))}_{platform.removeprefix('linux_')}"
        return "py3", "none", platform


class SourceWithSwift(sdist):
    """Take the Swift sources along."""

    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        root, target = HERE.parent, Path(base_dir) / "swift"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "Package.swift", "LICENSE", "Sources", "Tests", "Scripts", "Python/blas.c"],
            cwd=root, check=True, capture_output=True,
        )  # fmt: skip
        for name in filter(None, listed.stdout.decode().split("\0")):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)


class NativeDistribution(Distribution):
    """Not for every platform, although no extension module is compiled."""

    def has_ext_modules(self):
        return True


setup(
    cmdclass={"build_py": BuildLibrary, "bdist_wheel": PlatformWheel, "sdist": SourceWithSwift},
    distclass=NativeDistribution,
)
