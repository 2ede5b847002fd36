"""The road network and its per-mode directed graphs, as plain arrays.

``RoadNetwork`` is what the sources load; ``ModeGraph`` is what the engine runs on. Costs are whole
milliseconds so that sums are exact and every algorithm gives the same answer to the bit.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from finder.units import Mode

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
UInt8 = npt.NDArray[np.uint8]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ModeGraph:
    """Directed graph of one travel mode in CSR form, restricted to its largest component.

    Attributes
    ----------
    mode
        Travel mode.
    indptr
        Shape (n_nodes + 1,): row pointers, rows are tail nodes.
    heads
        Shape (n_arcs,): head node of each arc.
    cost_ms
        Shape (n_arcs,): travel time of each arc in milliseconds, at least 1.
    edge_id
        Shape (n_arcs,): index of the arc's edge in the `RoadNetwork`.
    is_forward
        Shape (n_arcs,): whether the arc follows its edge from ``edge_from`` to ``edge_to``.
    node_id
        Shape (n_nodes,): index of each graph node in the `RoadNetwork`.
    """

    mode: Mode
    indptr: Int32
    heads: Int32
    cost_ms: Int32
    edge_id: Int32
    is_forward: Bool
    node_id: Int32

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.indptr) - 1
