"""Names of conda's packages: those that the package index knows by another name, and those that only conda has."""

from __future__ import annotations

import re

#: conda's name -> the package index's, where they differ
OTHERWISE = {
    "pytorch": "torch",
    "pytorch-cpu": "torch",
    "pytorch-gpu": "torch",
    "torchvision-cpu": "torchvision",
    "py-xgboost": "xgboost",
    "py-xgboost-cpu": "xgboost",
    "py-xgboost-gpu": "xgboost",
    "py-xgboost-mutex": "",
    "_py-xgboost-mutex": "",
    "py-opencv": "opencv-python",
    "opencv": "opencv-python",
    "matplotlib-base": "matplotlib",
    "seaborn-base": "seaborn",
    "dask-core": "dask",
    "msgpack-python": "msgpack",
    "python-flatbuffers": "flatbuffers",
    "pytables": "tables",
    "tensorflow-base": "tensorflow",
    "tensorflow-cpu": "tensorflow",
    "tensorflow-mkl": "tensorflow",
    "pyarrow-core": "pyarrow",
    "numpy-base": "numpy",
    "brotli-python": "brotli",
    "python-tzdata": "tzdata",
    "python-fastjsonschema": "fastjsonschema",
    "google-cloud-bigquery-core": "google-cloud-bigquery",
    "python-graphviz": "graphviz",
    "antlr-python-runtime": "antlr4-python3-runtime",
    "cpython": "",
    "jupyterhub-singleuser": "jupyterhub",
    "jupyterhub-base": "jupyterhub",
    "pyqt": "",
    "typing": "",
    "graphviz": "",
    "onnxruntime-cpp": "",
    "onnxruntime-novec": "onnxruntime",
    "lightgbm-base": "lightgbm",
}
#: packages of conda that hold no Python, by name and by how their names begin or end; strangers may have called
#: packages of the package index like some of them
_ALONE = frozenset({
    "abseil-cpp", "arrow-cpp", "bash", "blas", "blosc", "boost-cpp", "bzip2", "c-ares", "ca-certificates", "cmake",
    "compilers", "cuda", "cudatoolkit", "cudnn", "curl", "cxx-compiler", "c-compiler", "dbus", "double-conversion",
    "expat", "ffmpeg", "fontconfig", "freetype", "gcc", "gfortran", "gflags", "giflib", "git", "glib", "glog", "gmp",
    "gnutls", "grpc-cpp", "gst-plugins-base", "gstreamer", "gxx", "hdf5", "icu", "intel-openmp", "jpeg", "jq",
    "keyutils", "krb5", "lame", "lcms2", "ld64", "lerc", "llvm-openmp", "lz4-c", "make", "mkl", "mkl-service",
    "mpc", "mpfr", "mpich", "mysql", "nccl", "ncurses", "nettle", "ninja", "nodejs", "nspr", "nss", "openblas",
    "openh264", "openjdk", "openjpeg", "openmpi", "openssl", "orc", "pandoc", "pcre", "pcre2", "perl", "pixman",
    "pkg-config", "postgresql", "pthread-stubs", "python_abi", "qhull", "qt", "qt-main", "r-base", "re2", "readline",
    "rust", "s2n", "snappy", "sqlite", "sysroot_linux-64", "tbb", "tk", "tzdata", "ucrt", "unixodbc", "utf8proc", "vc",
    "vs2015_runtime", "vc14_runtime", "x264", "x265", "xorg-libx11", "xz", "yaml", "yaml-cpp", "zeromq", "zip", "zlib",
    "zlib-ng", "zstd",
})  # fmt: skip
_NO_PYTHON = re.compile(
    r"_|lib(?!cst$|rosa$|sass$|tmux$|svm)|aws-c|aws-(?:crt-cpp|sdk-cpp|checksums)|azure-\w+-cpp|cuda-|font-|fonts-|gcc_|gxx_|gfortran_"
    r"|anaconda|conda(?:-|$)|mamba$|navigator-updater|binutils|kernel-headers|ld_impl|m2w64-|mkl_|msys2-|r-|xorg-|nodejs|openblas|perl-|rust-std|vs20\d\d"
)
#: how the build of a package begins or goes on that is made for Python: py310h1234_0, pyhd8ed1ab_0, cpu_py39h_1
_FOR_PYTHON = re.compile(r"py[23]\d|(?:^|_)(?:py(?:\d|h|_\d|thon)|cp\d)|pypy")


def index_name(name: str, build: str = "") -> str:
    """The package index's name of a conda package; "" for one that only conda has.

    A build, where it is told, says whether there is Python in it.
    """
    from ...names import canonicalize_name, is_known

    low = name.lower()
    if low in OTHERWISE:
        return OTHERWISE[low]
    if low in _ALONE or _NO_PYTHON.match(low):
        return ""
    canonical = canonicalize_name(low)
    if build and not (is_known(canonical) or _FOR_PYTHON.search(build) or build in ("0", "1", "2")):
        return ""
    return canonical
