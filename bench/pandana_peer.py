"""pandana's k nearest on the same graph, in a throw-away environment: AGPL, so never a dependency.

Started by the bench with ``python pandana_peer.py IN.npz OUT.npz`` in that environment; imports nothing of Finder.
"""

import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import numpy as np

INSTALL_TIMEOUT_S = 300


def run_in_throwaway(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray] | str:
    """What pandana found, or why it could not be asked."""
    with tempfile.TemporaryDirectory(prefix="finder-bench-") as folder:
        place = Path(folder)
        python = place / "env" / "bin" / "python"
        try:
            venv.create(place / "env", with_pip=True)
            install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pandana"]
            subprocess.run(install, check=True, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S)
            np.savez(place / "in.npz", **arrays)
            command = [python, __file__, place / "in.npz", place / "out.npz"]
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S)
        except subprocess.CalledProcessError as error:
            return (error.stderr or str(error)).strip().splitlines()[-1]
        except (subprocess.TimeoutExpired, OSError) as error:
            return str(error)
        with np.load(place / "out.npz") as found:
            return dict(found)


def main(source: str, target: str) -> None:
    import pandana
    import pandas as pd

    given = np.load(source)
    start = time.perf_counter()
    network = pandana.Network(
        pd.Series(given["x"]),
        pd.Series(given["y"]),
        pd.Series(given["tail"]),
        pd.Series(given["head"]),
        pd.DataFrame({"s": given["ms"] / 1000.0}),
        twoway=False,
    )
    build_s = time.perf_counter() - start
    sites = given["sites"]
    network.set_pois("site", float(given["limit_s"]), int(given["k"]), given["x"][sites], given["y"][sites])
    best_s = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        nearest = network.nearest_pois(float(given["limit_s"]), "site", num_pois=int(given["k"]))
        best_s = min(best_s, time.perf_counter() - start)
    np.savez(target, seconds=best_s, build_s=build_s, nearest_s=nearest.to_numpy(), version=pandana.__version__)


if __name__ == "__main__":
    main(*sys.argv[1:])
