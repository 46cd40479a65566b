"""Draw the gallery: run each command of the list in a folder of its own, keep its picture small, write docs/gallery.md: `make gallery`."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
from PIL import Image

from ml_abm import cli

DOCS = Path(__file__).parent
PAGE, PICTURES = DOCS / "gallery.md", DOCS / "pictures" / "gallery"
WIDEST, COLOURS = 1300, 96  # of a picture that is kept


@dataclass(frozen=True)
class Piece:
    """A picture: what it shows, the commands that make it, and which of their files it is."""

    name: str
    title: str
    words: str
    commands: tuple[str, ...]
    made: str


STUDY = "ml-abm experiment run hours-and-helpers.toml"
FIT = "ml-abm calibrate new-math-allegheny --out fit"
PIECES = (
    Piece(
        "run-tusome",
        "A mandate",
        "Tusome, Kenya: all schools in one step. Reach is there at once; how well it is practised takes years, and hangs on coaches.",
        ("ml-abm run tusome-kenya --runs 10 --plot",),
        "tusome-kenya.png",
    ),
    Piece(
        "run-liberia",
        "A gap in the middle",
        "EGRA Plus, Liberia: a strong pilot, then no one who pays. The dotted lines are what happened; look at coaching and at the running need that is not funded.",
        ("ml-abm run liberia-egra --runs 20 --plot",),
        "liberia-egra.png",
    ),
    Piece(
        "what-if",
        "What if",
        "The typical scale-up, with helpers from the community organised everywhere and three hours a week given back by tools.",
        (
            "ml-abm run base --runs 20 --set programme.community_mobilisation=1 --set innovation.tool_hours=3 --plot",
        ),
        "base.png",
    ),
    Piece(
        "effects",
        "Which lever moves practice",
        "The study of [a modeller's first study](tutorials/first-study.md): change from the lowest to the highest value of each factor, and the strongest pair.",
        (STUDY, "ml-abm experiment analyse effects hours-and-helpers --out answers"),
        "answers/effects.png",
    ),
    Piece(
        "discovery",
        "When does it fail?",
        "The same runs: every point of the study, and the corner in which effective coverage stays below 20%.",
        (
            STUDY,
            "ml-abm experiment analyse discovery hours-and-helpers --thresholds effective_coverage=0.2 --out answers",
        ),
        "answers/discovery.png",
    ),
    Piece(
        "convergence",
        "How many runs are enough?",
        "The same runs: how the interval narrows as replicates are added.",
        (STUDY, "ml-abm experiment analyse convergence hours-and-helpers --out answers"),
        "answers/convergence.png",
    ),
    Piece(
        "fit-reach",
        "A case fitted",
        "New mathematics in Allegheny County: what the priors allowed, what the counts leave of it.",
        (FIT,),
        "fit/reach.png",
    ),
    Piece(
        "fit-pairs",
        "What cannot be separated",
        "The same fit: the parameters that are known best, in pairs. Along a ridge, more of one with less of the other is as good.",
        (FIT,),
        "fit/pairs.png",
    ),
    Piece(
        "fit-ranks",
        "Can the method be trusted?",
        "The same fit: where the truth lay among the draws, in fits to synthetic truths. Even bars are honest intervals.",
        (FIT,),
        "fit/ranks.png",
    ),
)


def draw(pieces: tuple[Piece, ...] = PIECES) -> None:
    """Run every command once, keep the pictures."""
    matplotlib.use("Agg")
    PICTURES.mkdir(exist_ok=True)
    done: set[str] = set()
    with TemporaryDirectory() as folder, chdir(folder):
        for name, text in tutorial_files():
            Path(name).write_text(text, encoding="utf-8")
        for piece in pieces:
            for command in piece.commands:
                if command not in done and cli.main(shlex.split(command)[1:]):
                    raise SystemExit(f"gallery: {command} failed")
                done.add(command)
            keep(Path(piece.made), PICTURES / f"{piece.name}.png")
            print(f"kept {piece.name}.png", flush=True)


def tutorial_files() -> Iterator[tuple[str, str]]:
    """Yield name and text of the files that the tutorials write: the gallery runs the same study."""
    for page in sorted((DOCS / "tutorials").glob("*.md")):
        for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            yield block.split()[1], block


def keep(made: Path, kept: Path) -> None:
    """Write a picture as small as it can be read."""
    picture = Image.open(made).convert("RGB")
    picture.thumbnail((WIDEST, 10 * WIDEST), Image.Resampling.LANCZOS)
    picture.quantize(COLOURS).save(kept, optimize=True)


def page() -> str:
    """Return the gallery as Markdown."""
    text = (
        "# Gallery\n\nPictures of real runs, each with the commands that make it. Nothing is drawn by hand: `make gallery` runs them all and writes this page. "
        "The study is the file of [a modeller's first study](tutorials/first-study.md).\n\n"
        "[The findings](findings/README.md) have a picture each, [a stakeholder's hour](tutorials/stakeholders-hour.md) that of the demo and of the live view.\n"
    )
    for piece in PIECES:
        text += (
            f"\n## {piece.title}\n\n{piece.words}\n\n![{piece.title}](pictures/gallery/{piece.name}.png)\n\n"
        )
        text += "```\n" + "\n".join(piece.commands) + "\n```\n"
    return text


if __name__ == "__main__":
    os.environ.setdefault("COLUMNS", "120")
    draw()
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(DOCS.parent)}")
