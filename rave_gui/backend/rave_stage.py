"""Staging folders for export: a checkpoint beside a configuration that RAVE can rebuild it from."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from rave_gui.core.errors import UserError

CONFIG = "config.gin"
_MODEL = re.compile(r"^\s*(?P<selector>[\w.]*\bRAVE)\.\w+\s*=", re.MULTILINE)
_LARGEST_CONFIG = 4_000_000


def export_config_fix(run_dir: Path, channels: int) -> str:
    """The text of the run's ``config.gin`` with the number of channels that RAVE left out.

    RAVE writes the operative gin before the model's ``n_channels``, given as a call argument, is
    known to gin, so that export rebuilds a mono network and fails with "size mismatch".

    Raises:
        UserError: the file is missing, damaged, or no configuration of a RAVE model.
    """
    path = run_dir / CONFIG
    text = _config_text(path)
    model = _MODEL.search(text)
    if model is None:
        raise UserError(
            f"{path} does not describe a RAVE model.", "Choose the folder that RAVE trained into."
        )
    return f"{text.rstrip()}\n\n{model['selector']}.n_channels = {channels}\n"


def stage_for_export(run_dir: Path, checkpoint: Path, folder: Path, channels: int) -> Path:
    """Put ``checkpoint`` and the mended configuration into ``folder``; returns what to export.

    The checkpoint is a hard link where the file system allows it, so that a training that goes on
    cannot replace it under the export. Nothing in ``run_dir`` is changed.

    Raises:
        UserError: a file is missing or the folder cannot be written.
    """
    text = export_config_fix(run_dir, channels)
    if not checkpoint.is_file():
        raise UserError(f"The checkpoint {checkpoint} is gone.", "Choose another checkpoint.")
    staged = folder / checkpoint.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG).write_text(text, encoding="utf-8")
        _link(checkpoint.absolute(), staged)
    except OSError as error:
        raise UserError(
            f"The export cannot be prepared in {folder}: {error.strerror or error}.",
            "Check the free space and the permissions of that folder.",
        ) from error
    return staged


def _config_text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_CONFIG:
            raise UserError(f"{path} is too large to be a configuration.", "Choose another run.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"The configuration {path} cannot be read.",
            "Choose the folder that RAVE trained into; it holds a config.gin.",
            details=str(error),
        ) from error


def _link(source: Path, target: Path) -> None:
    """A hard link, else a symbolic one, else a copy."""
    target.unlink(missing_ok=True)
    for method in (os.link, os.symlink):
        try:
            method(source, target)
        except OSError:
            continue
        return
    shutil.copyfile(source, target)
