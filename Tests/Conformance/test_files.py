"""Files as other programs leave them."""
import fcntl
import json

import h5py


def test_what_another_process_has_locked_is_read(wtool, tmp_path):
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["w"] = [1.0, 2.0]
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = h5py.ExternalLink("b.h5", "/w")
    with open(tmp_path / "b.h5", "r+") as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        for name in ["a.h5", "b.h5"]:
            assert len(json.loads(wtool("ls", tmp_path / name, "--json").stdout)["tensors"]) == 1
