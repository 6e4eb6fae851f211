"""The table behind :mod:`rave_gui.backend.explain`: patterns, causes, remedies.

Gathered from failures provoked in acids-rave 2.3.1 and from its users' reports. The first pattern
that fits a line wins, so the particular stand before the general.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """One failure that is understood."""

    id: str
    pattern: str
    """Regular expression, searched in one line."""
    cause: str
    """``{1}`` is what the first group of the pattern caught."""
    remedy: str
    unless: tuple[str, ...] = ()
    """Texts of which one anywhere in the log shows that this line was not the end."""


HARMLESS = (
    "Path not found:",
    "system_path_file_exists",
    "no ema weights available",
    "This DataLoader will create",
    "this model will not work with the RAVE VST",
)
"""Lines that look alarming in a healthy log: gin tries several folders, and so on."""

TELLING = (
    "Error",
    "Exception",
    "FATAL Flags",
    "No valid file found",
    "No checkpoint",
    "No such file or directory",
    "No space left",
    "not enough space",
    "0it [",
    "lmdb.",
    "FLAGS",
    "kernel image",
    "Training on mac",
    "libsox",
    "sox_effects",
    "DataLoader worker",
    "shared memory",
    "size mismatch for",
    "flag --run=None",
    "CUBLAS_STATUS",
    "gpu backend",
    "Detected KeyboardInterrupt",
)
"""Every line that a pattern below fits holds one of these: huge logs are sifted by them."""

_PREPROCESS = (
    Known(
        "ffmpeg-missing",
        r"FileNotFoundError.*'(?:ffmpeg|ffprobe)'|it/s\]\(FileNotFoundError\(2",
        "The programs ffmpeg and ffprobe, which read the sound files, were not found.",
        "Install ffmpeg, then prepare the dataset again.",
    ),
    Known(
        "damaged-file",
        r"\(TypeError\('cannot unpack non-iterable NoneType|cannot unpack non-iterable NoneType",
        "One of the files is damaged or holds no sound.",
        "Leave that file out and prepare the dataset again.",
    ),
    Known(
        "no-audio",
        r"No valid file found in",
        "There is no sound file of a known kind in the folder.",
        "Choose another folder, or allow more file types.",
    ),
    Known(
        "all-too-short",
        r"^0it \[\d+:\d+, \?it/s\]$",
        "Every file is shorter than one example of the dataset.",
        "Cut the dataset into shorter pieces (num_signal), or join the files into longer ones.",
        unless=("dataset length:", "No valid file found"),
    ),
    Known(
        "relative-output",
        r"No such file or directory: ''|FileNotFoundError: .*'': *$",
        "RAVE was given a folder without its full path.",
        "Choose the output folder again.",
    ),
    Known(
        "database-space",
        r"lmdb\..*(?:not enough space|MDB_MAP_FULL|Cannot allocate memory|No space left"
        r"|Input/output)",
        "The database reached its size limit, or the disk is full.",
        "Free space on the disk, or prepare fewer files at a time.",
    ),
    Known(
        "lazy-question",
        r"EOFError: EOF when reading a line",
        "RAVE asked whether the lazy dataset is meant and got no answer.",
        "Prepare the dataset again without the lazy option.",
    ),
)

_DATASET = (
    Known(
        "not-a-dataset",
        r"FileNotFoundError.*metadata\.yaml",
        "The folder is no finished dataset.",
        "Prepare the dataset again, or choose the folder that holds metadata.yaml.",
    ),
    Known(
        "dataset-empty",
        r"num_samples should be a positive integer.*num_samples=0",
        "The dataset is empty, since every file was shorter than one example.",
        "Cut the dataset into shorter pieces (num_signal), or join the files into longer ones.",
    ),
    Known(
        "batch-too-large",
        r"ZeroDivisionError: integer (?:division or )?modulo by zero",
        "The dataset has fewer examples than one batch.",
        "Use a smaller batch, or add more sound.",
    ),
    Known(
        "latent-analysis",
        r"n_components=(\d+) must be between 0 and min\(n_samples, n_features\)=(\d+)",
        "There is too little sound for validation to analyse {1} latent dimensions.",
        "Add more sound, or use the override LATENT_SIZE={2} or less.",
    ),
    Known(
        "window-long",
        r"empty range for randrange|empty range in randrange",
        "A training example is longer than the pieces of the dataset.",
        "Use shorter examples (n_signal), or prepare the dataset again with longer pieces.",
    ),
    Known(
        "lazy-file-gone",
        r"^((?:/|[A-Za-z]:\\).+): No such file or directory$",
        "The file {1} of this lazy dataset has moved, so the training hears silence instead.",
        "Put the file back, or prepare the dataset again, then start anew.",
    ),
)

_WINDOW = (
    Known(
        "hybrid",
        r"Padding size should be less than .* of input \[\d+, \d{4,}, \d+\]",
        "This network is fed with a spectrogram, and RAVE 2.3.1 compares that with the sound.",
        "Leave out “hybrid”; choose v2, v2_small, v3 or v1.",
    ),
    Known(
        "window-short",
        r"Padding size should be less than the corresponding input dimension",
        "A training example is too short for this network.",
        "Use longer examples (n_signal).",
    ),
    Known(
        "window-eaten",
        r"cannot reshape tensor of 0 elements into shape \[-1, 0\]",
        "Nothing is left of a training example after the part that the network cannot see whole.",
        "Use longer examples (n_signal).",
    ),
    Known(
        "channels-missing",
        r"cannot reshape tensor of 0 elements into shape \[0, -1\]",
        "RAVE was not told how many channels to train.",
        "Set the number of channels to that of the dataset.",
    ),
    Known(
        "rate-or-multiple",
        r"The size of tensor a \(\d+\) must match the size of tensor b \(\d+\)",
        "The model and the dataset differ in sample rate, or the example is no multiple of the"
        " compression ratio.",
        "Give both the same sample rate, and use a multiple of 2048 for n_signal.",
    ),
    Known(
        "channels-many",
        r"NameError: name 'FLAGS' is not defined",
        "The training asks for more channels than the dataset has.",
        "Set the number of channels to that of the dataset.",
    ),
    Known(
        "channels-differ",
        r"cannot reshape array of size \d+ into shape",
        "The channels of the training do not fit the dataset.",
        "Set the number of channels to that of the dataset.",
    ),
)

_CONFIG = (
    Known(
        "regularization-v1",
        r"EncoderV2.*missing 6 required positional",
        "“wasserstein” and “spherical” need a network of the v2 kind.",
        "Choose v2, v2_small or v3 with it.",
    ),
    Known(
        "no-architecture",
        r"missing \d+ required positional arguments: 'latent_size'",
        "Only an addition was chosen, and no network.",
        "Choose v2, v2_small, v3 or v1 as well.",
    ),
    Known(
        "undefined-macro",
        r"No bindings specified for '(\w+)",
        "The configuration uses {1}, and nothing says what that is.",
        "Choose a network such as v2 before it.",
    ),
    Known(
        "broken-config",
        r"doesn't have a parameter named 'amp_range'",
        "The configuration v2_nopqmf_small is broken in RAVE 2.3.1.",
        "Choose v2_small instead.",
    ),
    Known(
        "config-missing",
        r"Unable to open file: (?!(?:\S*[\\/])?config\.gin)([^\s]+\.gin)",
        "This RAVE has no configuration {1}.",
        "Choose one that it has, or the full path of a .gin file.",
    ),
    Known(
        "not-a-run",
        r"Unable to open file: (?:.*[\\/])?config\.gin|AttributeError: run$",
        "The configuration of the training was not found beside its checkpoint.",
        "Choose the folder that RAVE trained into; it holds a config.gin.",
    ),
    Known(
        "override-unknown",
        r"No configurable matching '([^']*)'",
        "An override names {1}, which RAVE does not know.",
        "Check the spelling of the override.",
    ),
    Known(
        "config-old",
        r"Balancer has been disabled",
        "The configuration is of an older RAVE.",
        "Train or export it with that version.",
    ),
    Known(
        "rave-mixed",
        r"unexpected keyword argument 'n_channels'",
        "The installed RAVE is old, or a mixture of versions.",
        "Install the engine anew.",
    ),
    Known(
        "flag-unknown",
        r"FATAL Flags parsing error: (.*)",
        "This RAVE does not understand a flag: {1}",
        "Install the version of RAVE that this application supports.",
    ),
)

_MACHINE = (
    Known(
        "gpu-memory",
        r"CUDA out of memory|OutOfMemoryError|CUBLAS_STATUS_ALLOC_FAILED",
        "The memory of the GPU was not enough; the second phase needs much more than the first.",
        "Halve the batch, choose v2_small, or shorten the examples, then resume.",
    ),
    Known(
        "gpu-missing",
        r"MisconfigurationException.*(?:gpu|GPU|devices|cuda|CUDA)|No supported gpu backend found",
        "No free NVIDIA GPU was found.",
        "Close what uses the GPU, choose another device, or install torch with CUDA.",
    ),
    Known(
        "gpu-new",
        r"no kernel image is available",
        "The installed torch is too old for this GPU.",
        "Install the engine anew with a newer torch.",
    ),
    Known(
        "mac",
        r"Training on mac is not available yet",
        "RAVE cannot train on the GPU of a Mac.",
        "Train on the CPU, or on another computer.",
    ),
    Known(
        "sox",
        r"sox_effects|libsox|sox extension",
        "The augmentation “compress” needs sox, which this installation lacks.",
        "Remove that augmentation.",
    ),
    Known(
        "loader-memory",
        r"DataLoader worker .*(?:killed|exited)|Bus error|shared memory object"
        r"|(?:insufficient|not enough|out of|unable to).{0,40} shared memory",
        "The helpers that load the sound ran out of memory.",
        "Use fewer workers: 0, 1 or 2.",
    ),
    Known(
        "loader-pickle",
        r"cannot pickle 'Environment'|Can't pickle",
        "The helpers that load the sound cannot be started on this system.",
        "Set workers to 0.",
    ),
    Known(
        "disk-full",
        r"No space left on device|Errno 28|not enough space on the disk",
        "The disk is full.",
        "Free some space, then resume or start again.",
    ),
    Known(
        "engine-modules",
        r"No module named '(pkg_resources|distutils)'",
        "The engine lacks {1}, because its Python or setuptools is too new.",
        "Install the engine anew.",
    ),
)

_EXPORT = (
    Known(
        "size-mismatch",
        r"size mismatch for (?:encoder|decoder|discriminator|pqmf)",
        "The checkpoint does not fit its configuration; stereo models need the number of channels"
        " in it.",
        "Export it again from here; if it fails again, the configuration was changed.",
    ),
    Known(
        "no-checkpoint",
        r"flag --run=None|^No checkpoint(?: found)?$",
        "The training has no checkpoint yet.",
        "Train on until the first validation.",
    ),
    Known(
        "export-rate",
        r"Incompatible target sampling rate",
        "The sample rate of the export is no whole multiple of the model's.",
        "Leave the sample rate of the export empty.",
    ),
    Known(
        "export-channels",
        r"Expecting \d+ batch output, got \d+",
        "The export asks for more channels than the model has.",
        "Ask for as many as the model has.",
    ),
    Known(
        "prior-size",
        r'Wrong number of output channels for method "?prior',
        "The prior and the model differ in their latent dimensions.",
        "Export with the fidelity that the prior was trained with.",
    ),
    Known(
        "onnx-module",
        r"No module named 'effortless_config'",
        "The export to ONNX needs the package effortless_config, which RAVE does not bring.",
        "Install it into the engine.",
    ),
    Known(
        "onnx",
        r"TorchExportError|torch\.onnx\S*Error",
        "This network cannot be exported to ONNX.",
        "Export it as TorchScript (.ts).",
    ),
    Known(
        "generate-torchaudio",
        r"get_audio_backend|argument of type 'NoneType' is not iterable",
        "RAVE's own generate command does not work with this torchaudio.",
        "Install the engine anew with the supported versions.",
    ),
)

_STOP = (
    Known(
        "interrupted",
        r"Detected KeyboardInterrupt, attempting graceful shutdown",
        "The training was stopped.",
        "Resume it from its last checkpoint.",
    ),
)

KNOWN: tuple[Known, ...] = (
    *_PREPROCESS,
    *_DATASET,
    *_WINDOW,
    *_CONFIG,
    *_MACHINE,
    *_EXPORT,
    *_STOP,
)
