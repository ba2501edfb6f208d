"""Lists what h5py reads of a file: `python reference.py FILE`, run in a process of its own because libhdf5 may crash.

Prints JSON: `read`, a digest of the values for each path; `failed`, the reason for each link that is listed but cannot be
opened or read. A `.keras` archive is read as the weights in it.
"""
import hashlib
import io
import json
import sys
import zipfile

import h5py
import numpy

LARGE = 1 << 27


def main() -> None:
    source: object = sys.argv[1]
    if sys.argv[1].endswith(".keras"):
        with zipfile.ZipFile(sys.argv[1]) as archive:
            source = io.BytesIO(archive.read("model.weights.h5"))
    read: dict[str, str] = {}
    failed: dict[str, str] = {}
    seen: set[object] = set()

    def visit(group: h5py.Group, path: str) -> None:
        try:
            names = list(group)
        except Exception as error:
            failed[path or "/"] = str(error)
            return
        for name in names:
            at = f"{path}/{name}"
            try:
                item = group[name]
                address = h5py.h5o.get_info(item.id).addr
            except Exception as error:
                failed[at] = str(error)
                continue
            if isinstance(item, h5py.Group):
                if address not in seen:
                    seen.add(address)
                    visit(item, at)
            elif isinstance(item, h5py.Dataset):
                try:
                    if item.nbytes > LARGE:
                        failed[at] = f"has {item.nbytes} bytes"
                        continue
                    values = item[()]
                    if isinstance(values, numpy.ndarray) and values.dtype.kind in "fiu":
                        values = values.astype(values.dtype.newbyteorder("<"))
                        read[at] = hashlib.sha256(numpy.ascontiguousarray(values).tobytes()).hexdigest()
                    else:
                        read[at] = ""
                except Exception as error:
                    failed[at] = str(error)

    with h5py.File(source, "r") as file:
        visit(file, "")
    json.dump({"read": read, "failed": failed}, sys.stdout)


try:
    main()
except Exception as error:
    json.dump({"read": {}, "failed": {"/": str(error)}}, sys.stdout)
