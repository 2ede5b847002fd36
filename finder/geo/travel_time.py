"""Travel times between points on one mode's graph: sparse, exact, bounded by a cutoff."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from finder.geo.endpoints import limit_in_ms, pairs_on_one_edge
from finder.geo.hierarchy import Hierarchy, SweepBlocks, graph_key
from finder.geo.network import Float32, Int32, Int64, ModeGraph
from finder.geo.snapping import Snaps
from finder.geo.table_blocks import Progress, RowBlocks, SearchBlocks, gather
from finder.units import Mode

if TYPE_CHECKING:
    import scipy.sparse


@dataclass(frozen=True)
class TravelTimes:
    """Minutes from origins (rows) to destinations (columns) within a cutoff, in CSR form.

    Attributes
    ----------
    minutes
        Shape (nnz,): travel time of each stored pair. A pair that is not stored is farther than the cutoff.
    indices
        Shape (nnz,): column of each stored pair, ascending within a row.
    indptr
        Shape (n_origins + 1,): row pointers.
    origin_ids, destination_ids
        Ids of rows and columns.
    mode
        Travel mode.
    cutoff_min
        Inclusive limit.
    """

    minutes: Float32
    indices: Int32
    indptr: Int64
    origin_ids: np.ndarray
    destination_ids: np.ndarray
    mode: Mode
    cutoff_min: float

    @property
    def shape(self) -> tuple[int, int]:
        """Number of origins and of destinations."""
        return len(self.origin_ids), len(self.destination_ids)

    def row(self, origin: int) -> tuple[Int32, Float32]:
        """Return the columns within the cutoff of one origin, and their minutes (views, not copies)."""
        low, high = self.indptr[origin], self.indptr[origin + 1]
        return self.indices[low:high], self.minutes[low:high]

    def to_scipy(self) -> "scipy.sparse.csr_array":
        """Return the table as a SciPy sparse array that shares the memory.

        A stored 0 is a trip of no time, an absent cell a trip beyond the cutoff: do not drop explicit zeros.
        """
        import scipy.sparse

        return scipy.sparse.csr_array((self.minutes, self.indices, self.indptr), shape=self.shape)

    def transpose(self) -> "TravelTimes":
        """Return the table with destinations as rows; the minutes are still those from origin to destination."""
        turned = self.to_scipy().tocsc()
        return TravelTimes(
            minutes=turned.data,
            indices=turned.indices.astype(np.int32, copy=False),
            indptr=turned.indptr.astype(np.int64, copy=False),
            origin_ids=self.destination_ids,
            destination_ids=self.origin_ids,
            mode=self.mode,
            cutoff_min=self.cutoff_min,
        )


def travel_times(
    graph: ModeGraph,
    origins: Snaps,
    destinations: Snaps,
    origin_ids: npt.ArrayLike,
    destination_ids: npt.ArrayLike,
    *,
    cutoff_min: float,
    progress: Progress | None = None,
    hierarchy: Hierarchy | None = None,
) -> TravelTimes:
    """Return the minutes of every pair within the cutoff.

    One bounded search per origin on the graph or, with a hierarchy of that graph, sweeps for several origins at once:
    the same numbers to the bit, several times faster for large tables.

    Parameters
    ----------
    graph
        Graph of one mode.
    origins, destinations
        Points on that graph.
    origin_ids, destination_ids
        Their ids, kept with the table.
    cutoff_min
        Inclusive limit in minutes.
    progress
        Called with (origins done, origins in all), in the caller's thread.
    hierarchy
        What `finder.geo.hierarchy.build_hierarchy` made of ``graph``.

    Returns
    -------
    TravelTimes
        Rows in the order of ``origins``. A point that is not snapped has no stored pair.

    Raises
    ------
    ValueError
        If ids and points differ in number, the cutoff is negative, or the hierarchy is of another graph.
    """
    origin_ids, destination_ids = np.asarray(origin_ids), np.asarray(destination_ids)
    if len(origin_ids) != len(origins.edge_id) or len(destination_ids) != len(destinations.edge_id):
        raise ValueError(
            f"{len(origin_ids)} origin ids for {len(origins.edge_id)} points, "
            f"{len(destination_ids)} destination ids for {len(destinations.edge_id)} points."
        )
    limit_ms = limit_in_ms(cutoff_min)
    blocks: RowBlocks
    if hierarchy is None:
        blocks = SearchBlocks(graph, origins, destinations, limit_ms)
    elif hierarchy.graph_key == graph_key(graph):
        blocks = SweepBlocks(hierarchy, origins, destinations, limit_ms)
    else:
        raise ValueError("The hierarchy was made of another graph (other roads, costs or version): build it again.")
    shape = len(origin_ids), len(destination_ids)
    minutes, indices, indptr = gather(blocks, pairs_on_one_edge(origins, destinations), limit_ms, shape, progress)
    return TravelTimes(
        minutes=minutes,
        indices=indices,
        indptr=indptr,
        origin_ids=origin_ids,
        destination_ids=destination_ids,
        mode=graph.mode,
        cutoff_min=cutoff_min,
    )
