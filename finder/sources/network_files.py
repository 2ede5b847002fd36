"""The Parquet files of the road network: how the arrays are laid out on disk.

Nodes lie along a space-filling curve and edges follow their first node, so neighbouring numbers are close and their
differences small: coordinates and node numbers are delta-encoded, then compressed with Zstandard.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from finder.errors import DatasetNotFoundError, NetworkError
from finder.geo.network import Float64, RoadNetwork
from finder.sources.damage import told_if_damaged

FOLDER: Final = "network"
NODES: Final = f"{FOLDER}/nodes.parquet"
EDGES: Final = f"{FOLDER}/edges.parquet"
SHAPES: Final = f"{FOLDER}/shapes.parquet"
NAMES: Final = f"{FOLDER}/names.parquet"
STREETS_FILE: Final = f"{FOLDER}/streets.parquet"

DM_PER_M: Final = 10
_FACTS: Final = b"finder.facts"
_SOURCES: Final = b"finder.source_names"


def write_network_files(network: RoadNetwork, folder: Path) -> None:
    """Write nodes, edges and shapes below ``folder``; same network, same bytes.

    Lengths are kept to the decimetre; coordinates are whole metres already.
    """
    nodes = pa.table({"x_m": network.node_x_m, "y_m": network.node_y_m, "area": network.node_area})
    _write(nodes, folder / NODES, delta=("x_m", "y_m"))
    metadata = {
        _FACTS: json.dumps(dict(network.facts), sort_keys=True, ensure_ascii=False).encode(),
        _SOURCES: json.dumps(list(network.source_names)).encode(),
    }
    edges = pa.table(
        {
            "from_node": network.edge_from,
            "step": network.edge_to - network.edge_from,
            "length_dm": np.rint(network.length_m.astype(np.float64) * DM_PER_M).astype(np.int32),
            "road_class": network.road_class,
            "access": network.access,
            "zone": network.zone,
            "maxspeed_kph": network.maxspeed_kph,
            "source": network.source_code,
            "is_tunnel": network.is_tunnel,
            "name_id": network.name_id,
            "shape_points": np.diff(network.shape_ptr).astype(np.int32),
        }
    ).replace_schema_metadata(metadata)
    _write(edges, folder / EDGES, delta=("from_node",))
    shapes = pa.table({"x_m": network.shape_x_m, "y_m": network.shape_y_m})
    _write(shapes, folder / SHAPES, delta=("x_m", "y_m"))
    _write(pa.table({"name": pa.array(network.names.tolist(), pa.string())}), folder / NAMES, delta=("name",))


def read_network_files(data_dir: Path, car_kph: Mapping[str, Float64]) -> RoadNetwork:
    """Return the network below ``data_dir`` as it was written.

    Raises
    ------
    DatasetNotFoundError
        If a file is missing.
    NetworkError
        If the files do not belong together.
    """
    nodes, edges, shapes, names = (_read(data_dir / name) for name in (NODES, EDGES, SHAPES, NAMES))
    metadata = edges.schema.metadata or {}
    if _SOURCES not in metadata:
        raise NetworkError(f"{data_dir / EDGES} was not written by Finder: build it again with finder network build.")
    edge_from = _array(edges, "from_node")
    edge_to = edge_from + _array(edges, "step")
    shape_ptr = np.concatenate([[0], np.cumsum(_array(edges, "shape_points"))]).astype(np.int32)
    name_id = _array(edges, "name_id")
    whole = (
        shape_ptr[-1] == shapes.num_rows
        and edge_to.max(initial=-1) < nodes.num_rows
        and name_id.max(initial=-1) < names.num_rows
    )
    if not whole:
        raise NetworkError(
            f"The files in {data_dir / FOLDER} do not belong together: restore them from the repository, or build them "
            "again with finder network build."
        )
    return RoadNetwork(
        node_x_m=_array(nodes, "x_m"),
        node_y_m=_array(nodes, "y_m"),
        node_area=_array(nodes, "area"),
        edge_from=edge_from,
        edge_to=edge_to,
        length_m=(_array(edges, "length_dm") / DM_PER_M).astype(np.float32),
        road_class=_array(edges, "road_class"),
        access=_array(edges, "access"),
        zone=_array(edges, "zone"),
        maxspeed_kph=_array(edges, "maxspeed_kph"),
        source_code=_array(edges, "source"),
        is_tunnel=_array(edges, "is_tunnel"),
        name_id=name_id,
        shape_ptr=shape_ptr,
        shape_x_m=_array(shapes, "x_m"),
        shape_y_m=_array(shapes, "y_m"),
        names=np.array(names["name"].to_pylist(), dtype=object),
        source_names=tuple(json.loads(metadata[_SOURCES])),
        car_kph=car_kph,
        facts=json.loads(metadata[_FACTS]),
    )


def _write(table: pa.Table, path: Path, *, delta: tuple[str, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    kinds = {name: "DELTA_BINARY_PACKED" if table.schema.field(name).type == pa.int32() else "DELTA_BYTE_ARRAY"
             for name in delta}  # fmt: skip
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=False,
        column_encoding={name: kinds.get(name, "PLAIN") for name in table.column_names},
        write_statistics=False,
        row_group_size=1 << 22,
        data_page_size=1 << 24,
    )


def _read(path: Path) -> pa.Table:
    if not path.is_file():
        raise DatasetNotFoundError(
            f"No road network at {path}: restore it from the repository, or run finder network build FILE."
        )
    with told_if_damaged(path):
        return pq.read_table(path, memory_map=True)


def _array(table: pa.Table, name: str) -> np.ndarray:
    values: np.ndarray = table[name].to_numpy()
    return values
