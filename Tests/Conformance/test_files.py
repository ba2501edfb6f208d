"""Files as other programs leave them."""
import fcntl
import json

import h5py


def test_what_another_process_has_locked_is_read(wtool, tmp_path):
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["w"] = [1.0, 2.0]
    with open(tmp_path / "b.h5", "r+") as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        assert len(json.loads(wtool("ls", tmp_path / "b.h5", "--json").stdout)["tensors"]) == 1
