"""Which torch wrote an archive, and which libtorch of a host can read it.

No archive names its torch. What it holds instead: a format version, which a libtorch refuses when
it is newer than its own (``kMaxSupportedFileFormatVersion`` in ``caffe2/serialize/versions.h``: 9
in 1.11, 10 from 1.12 on), and the operations by name, of which an older libtorch may know fewer.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_verify_safe import operations, sources
else:
    from rave_gui_verify_safe import operations, sources

FORMATS = {"1.11": 9, "1.12": 10, "2.0": 10, "2.5": 10}
"""The newest format that each libtorch reads, from its own header."""
_SPECIAL = (
    "airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 chebyshev_polynomial_t chebyshev_polynomial_u "
    "chebyshev_polynomial_v chebyshev_polynomial_w hermite_polynomial_h hermite_polynomial_he "
    "laguerre_polynomial_l legendre_polynomial_p modified_bessel_i0 modified_bessel_i1 "
    "modified_bessel_k0 modified_bessel_k1 scaled_modified_bessel_k0 scaled_modified_bessel_k1 "
    "shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v "
    "shifted_chebyshev_polynomial_w spherical_bessel_j0"
)
_SINCE_2_8 = "rrelu_with_noise_functional"
_SINCE_2_5 = (
    "Generator empty_permuted get_autocast_dtype initial_seed nonzero_static quantized_max_pool3d "
    "rms_norm seed slice_inverse sym_constrain_range sym_constrain_range_for_size"
)
_SINCE_2_0 = (
    "as_strided_scatter concatenate is_autocast_cpu_enabled is_autocast_enabled "
    "is_non_overlapping_and_dense is_strides_like_format lift_fresh linalg_lu_solve "
    "linalg_solve_ex linalg_vecdot miopen_convolution_add_relu miopen_convolution_relu "
    "mkldnn_rnn_layer nested_to_padded_tensor normal_functional scaled_dot_product_attention "
    "sym_numel sym_size sym_storage_offset sym_stride"
)
_SINCE_1_12 = (
    "cauchy ccol_indices chalf copy_sparse_to_sparse embedding_renorm exponential fill gelu_ "
    "geometric glu_jvp histogramdd index_reduce index_reduce_ lift linalg_ldl_factor "
    "linalg_ldl_factor_ex linalg_ldl_solve linalg_lu linalg_vander log_normal pad random resize "
    "resize_as resize_as_sparse row_indices scatter_reduce_ set sparse_bsc_tensor "
    "sparse_bsr_tensor sparse_compressed_tensor sparse_csc_tensor sparse_resize "
    "sparse_resize_and_clear special_log_ndtr to_padded_tensor to_sparse_bsc to_sparse_bsr "
    "to_sparse_csc to_sparse_csr uniform zero"
)


def _names(*lists: str) -> frozenset[str]:
    return frozenset(name for text in lists for name in text.split())


_LATE = frozenset(f"special_{name}" for name in _SPECIAL.split())
UNKNOWN = {
    "2.5": _names(_SINCE_2_8),
    "2.0": _names(_SINCE_2_8, _SINCE_2_5),
    "1.12": _names(_SINCE_2_8, _SINCE_2_5, _SINCE_2_0) | _LATE,
    "1.11": _names(_SINCE_2_8, _SINCE_2_5, _SINCE_2_0, _SINCE_1_12) | _LATE,
}
"""Operations of torch 2.8 (aten, public) that a libtorch lacks.

Found by asking torch 1.11.0, 1.12.1, 2.0.1, 2.5.1 and 2.8.0 for ``_jit_get_all_schemas()``. What
RAVE exports with torch 2.8 was loaded and played in each of them: 1.11 alone refuses it, for
``pad``, and aborts its process while it says so.
"""


@dataclass(frozen=True)
class Origin:
    """What an archive tells of the torch that wrote it."""

    format: int
    operations: frozenset[str]
    """Of aten, by name."""
    wrote: str
    """Such as ``torch 2.1 or newer``; empty where the archive does not show it."""

    def hindrance(self, libtorch: str) -> str:
        """What a libtorch (a key of :data:`FORMATS`) lacks to load it; empty when it can."""
        if self.format > FORMATS[libtorch]:
            return f"does not read its format {self.format}"
        lacking = sorted(self.operations & UNKNOWN[libtorch])
        return f"does not know “{', '.join(lacking)}”" if lacking else ""


def read_origin(path: Path) -> Origin:
    """Read it from a whole TorchScript archive.

    Raises:
        OSError: when the file cannot be read.
        zipfile.BadZipFile: when it is no archive.
    """
    with zipfile.ZipFile(path) as archive:
        names = {name.partition("/")[2]: name for name in archive.namelist()}
        version = archive.read(names["version"]) if "version" in names else b"1"
        called = {
            name for text in sources(archive) for space, name in operations(text) if space != "prim"
        }
    # Written since torch 2.1, by whichever of its versions.
    newer = ".data/serialization_id" in names or "byteorder" in names
    wrote = "torch 2.1 or newer" if newer else "a torch older than 2.1"
    return Origin(int(version.strip() or b"1"), frozenset(called), wrote)
