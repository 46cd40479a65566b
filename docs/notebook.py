"""Run the notebooks of docs/ and keep what they print and draw: `python -m docs.notebook`. Jupyter is not needed for it."""

from __future__ import annotations

import ast
import json
from base64 import b64encode
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

NOTEBOOKS = Path(__file__).parent / "notebooks"
DPI = 70


def run(notebook: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the outputs of each code cell, run in order in one set of names."""
    matplotlib.use("Agg")
    names: dict[str, Any] = {"__name__": "notebook"}
    return [outputs_of("".join(cell["source"]), names) for cell in code_cells(notebook)]


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def outputs_of(source: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a cell prints and draws, in the form of notebooks; a figure at its end is shown, as Jupyter does."""
    *before, last = ast.parse(source).body
    with redirect_stdout(StringIO()) as printed:
        exec(compile(ast.Module(before, []), "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        else:
            shown = exec(compile(ast.Module([last], []), "cell", "exec"), names)
    text = printed.getvalue()
    streams = (
        [{"name": "stdout", "output_type": "stream", "text": text.splitlines(keepends=True)}] if text else []
    )
    figures = [shown] if isinstance(shown, Figure) and shown.canvas.manager is None else []
    return streams + [picture(figure) for figure in figures + open_figures()]


def open_figures() -> list[Any]:
    """Return the figures that a cell left open, and close them."""
    import matplotlib.pyplot as plt

    figures = [plt.figure(number) for number in plt.get_fignums()]
    plt.close("all")
    return figures


def picture(figure: Any) -> dict[str, Any]:
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return {
        "data": {"image/png": b64encode(buffer.getvalue()).decode() + "\n", "text/plain": ["<Figure>"]},
        "metadata": {},
        "output_type": "display_data",
    }


def text_of(outputs: list[dict[str, Any]]) -> str:
    """Return what a cell printed."""
    return "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")


if __name__ == "__main__":
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for count, (cell, outputs) in enumerate(zip(code_cells(notebook), run(notebook), strict=True), 1):
            cell["outputs"], cell["execution_count"] = outputs, count
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"ran docs/notebooks/{path.name}")
