"""A hand that edits at random: everything people can do to a design, drawn by hypothesis.

Each act goes the way the window goes: through `Actions`, the gestures, the inspector and the fix
buttons to `Document.edit`.  What is drawn depends on what stands in the stack at that moment.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any

from hypothesis import note
from hypothesis import strategies as st

from core import edits, nesting
from core.analysis import analyse
from core.blocks import CATALOGUE, Block, Container, Shape, ShapeProblem
from core.blocks.containers import Group
from core.data.augment import KINDS
from core.data.preparation import with_source
from core.data.source import MNIST, Folder
from core.nesting import Path
from core.project import Project
from gui.design.actions import Actions
from gui.design.faces import INPUT_PATH, visible_path
from gui.design.gestures.insert import InsertGesture
from gui.design.gestures.move import MoveGesture
from gui.design.inspector import Inspector
from gui.design.problem_note import FixButton
from gui.document import Document
from tests import strategies

MOST_BLOCKS = 30
"""No block is added above this, so that Keras can build what comes out."""
DEEPEST = 4
"""No blocks are put into one more container from this depth on: Repeats multiply."""
NAMES = ("", "eyes", "mouth", "conv2d", "input", "rescaling", "residual_shortcut", "add", "eyes_1")
"""Names that people may give: some are those that layers get by themselves."""
INPUT_VALUES = {
    "height": st.integers(1, 20),
    "width": st.integers(1, 20),
    "channels": st.sampled_from((1, 3)),
    "rescale": st.sampled_from(("none", "0 to 1", "-1 to 1")),
}
TEMPLATES = ("perceptron", "mlp", "lenet-5")
CONTAINERS = [kind for kind in CATALOGUE.values() if issubclass(kind, Container)]


class Hand:
    """Edits one document.

    Args:
        data: Where choices are drawn from.
        document: What is edited.
        inspector: Of the page that shows it.
        file: Where it is saved.
    """

    def __init__(
        self, data: st.DataObject, document: Document, inspector: Inspector, file: FilePath
    ) -> None:
        self._data = data
        self._document = document
        self._actions = Actions(document)
        self._inspector = inspector
        self._file = file
        self.saved: Project | None = None

    @property
    def _project(self) -> Project:
        return self._document.project

    def act(self) -> str:
        """Do something, or try to; returns what."""
        name = self._one_of(ACTS)
        ACTS_BY_NAME[name](self)
        note(f"{name}: {self._document.undo_stack.undoText()!r} → {self._project.stack}")
        return name

    # Choosing

    def _draw(self, strategy: st.SearchStrategy[Any]) -> Any:
        return self._data.draw(strategy)

    def _one_of(self, options: Any) -> Any:
        return self._draw(st.sampled_from(list(options)))

    def _paths(self) -> list[Path]:
        return [path for path, _ in self._project.walk()]

    def _containers(self) -> list[Path]:
        return [path for path, block in self._project.walk() if isinstance(block, Container)]

    def _places(self) -> list[Path]:
        """Wherever something can be dropped."""
        project = self._project
        stacks: list[Path] = [()]
        for path in self._containers():
            container = project.block(path)
            assert isinstance(container, Container)
            stacks += [(*path, number) for number in range(len(container.stacks))]
        return [
            (*place, index)
            for place in stacks
            for index in range(len(nesting.stack_at(project.stack, place)) + 1)
        ]

    def _arriving(self, place: Path) -> Shape | None:
        """The shape that reaches a place; None where that is not known."""
        analysis = self._document.analysis
        if place[-1] > 0:
            return analysis.report((*place[:-1], place[-1] - 1)).output
        return analysis.report(place[:-2]).input if len(place) > 1 else analysis.input

    def _block(self, place: Path) -> Block:
        """A block that more often than not can work there."""
        shape = self._arriving(place)
        for _ in range(self._draw(st.integers(1, 4))):
            if self._draw(st.integers(0, 3)) == 0:
                block = self._one_of(CATALOGUE.values()).fresh()
            else:
                kind = self._one_of(CATALOGUE.values())
                block = self._draw(strategies.block_of(kind, self._project.classes))
                block = self._draw(strategies.regrouping(shape or (4, 4, 2), block))
            if shape is None or _fits(block, shape):
                break
        return block

    # Acts

    def select(self) -> None:
        """Some of the cards, the Input among them."""
        shown = {INPUT_PATH, *(visible_path(self._project, path) for path in self._paths())}
        self._document.select(
            tuple(self._draw(st.lists(st.sampled_from(sorted(shown)), max_size=3, unique=True)))
        )

    def select_one(self) -> None:
        """A block, even one that is folded away: the list of problems leads to such."""
        if paths := self._paths():
            self._document.select((self._one_of(paths),))

    def drop(self) -> None:
        """A block from the palette onto some place."""
        if self._full():
            return
        place = self._one_of(self._places())
        try:
            gesture = InsertGesture((self._block(place),))
            self._actions.carry_out(gesture.outcome(self._project, place))
        except edits.EditError as error:
            note(str(error))

    def quick_insert(self) -> None:
        """A block by double click."""
        if not self._full():
            self._actions.insert((self._one_of(CATALOGUE.values()).fresh(),))

    def drag(self) -> None:
        """What is selected to another place."""
        if not self._actions.selected:
            self.select_one()
        if not self._actions.selected:
            return
        gesture = MoveGesture(self._project, self._actions.selected)
        try:
            self._actions.carry_out(gesture.outcome(self._project, self._one_of(self._places())))
        except edits.EditError as error:
            note(str(error))

    def throw_away(self) -> None:
        """What is selected onto the palette."""
        if self._actions.selected:
            gesture = MoveGesture(self._project, self._actions.selected)
            self._actions.carry_out(gesture.removal(self._project))

    def step(self) -> None:
        """Move by keys."""
        self._actions.move(self._one_of((-1, 1)))

    def wrap(self) -> None:
        """Put what is selected into a container."""
        if nesting.depth(self._project.stack) < DEEPEST:
            self._actions.wrap(self._one_of([*CONTAINERS, Group]))

    def unwrap(self) -> None:
        """Take a container apart."""
        self._choose_container()
        self._actions.unwrap()

    def fold(self) -> None:
        """Fold a container, or unfold it."""
        if containers := self._containers():
            self._actions.fold(self._one_of(containers))

    def branch(self) -> None:
        """One branch more, or one less."""
        self._choose_container()
        self._actions.change_branches(self._one_of((-1, 1)))

    def disable(self) -> None:
        self._actions.toggle_disabled()

    def delete(self) -> None:
        self._actions.delete()

    def cut(self) -> None:
        self._actions.cut()

    def copy(self) -> None:
        self._actions.copy()

    def paste(self) -> None:
        if not self._full():
            self._actions.paste()

    def duplicate(self) -> None:
        if not self._full():
            self._actions.duplicate()

    def undo(self) -> None:
        self._document.undo_stack.undo()

    def redo(self) -> None:
        self._document.undo_stack.redo()

    def rename(self) -> None:
        """Give a selected block a name."""
        self.select_one()
        if self._document.selection:
            self._inspector.apply("name", self._one_of(NAMES))

    def set_field(self) -> None:
        """Edit an argument of what is selected, of several blocks at once if they share it."""
        if not self._actions.selected:
            self.select_one()
        blocks = self._actions.selected_blocks
        names = sorted(self._inspector.form.rows.keys() - {"name"})
        if not blocks or not names or INPUT_PATH in self._document.selection:
            return
        name = self._one_of(names)
        types = {field.name: field.type for field in strategies.fields_of(type(blocks[0]))}
        self._inspector.apply(name, self._draw(strategies.values(types[name])))

    def set_input(self) -> None:
        """Another size, or other channels."""
        self._document.select((INPUT_PATH,))
        name = self._one_of(INPUT_VALUES)
        self._inspector.apply(name, self._draw(INPUT_VALUES[name]))

    def set_data(self) -> None:
        """Other pictures: more or fewer classes, another size."""
        count = self._draw(st.integers(1, 12))
        folder = Folder(path="/pictures", class_names=tuple(f"class {n}" for n in range(count)))
        source = self._one_of((MNIST(), folder))
        self._document.edit(f"use {source.title}", with_source(self._project, source))

    def augment(self) -> None:
        """Another augmentation."""
        steps = self._draw(st.lists(st.sampled_from([kind() for kind in KINDS]), max_size=2))
        self._document.edit("augment", self._project.changed(augmentation=tuple(steps)))

    def fix(self) -> None:
        """Take the way out of a problem."""
        fixes = [fix for problem in self._document.analysis.problems for fix in problem.fixes]
        if fixes and not self._full():
            button = FixButton(self._document, self._one_of(fixes))
            button.click()
            button.deleteLater()

    def mute(self) -> None:
        """Mute a kind of warning, or hear all again."""
        found = analyse(self._project).problems
        codes = sorted({problem.code for problem in found if problem.severity == "warning"})
        code = self._one_of(["", *codes])
        muted = tuple(sorted({*self._project.muted, code})) if code else ()
        self._document.edit("mute warnings", self._project.changed(muted=muted))

    def start_over(self) -> None:
        """Take a template's stack."""
        self._actions.start_from(self._one_of(TEMPLATES))

    def save(self) -> None:
        """Write the file."""
        self._document.save(self._file)
        self.saved = self._project

    # Helpers

    def _full(self) -> bool:
        return nesting.count(self._project.stack) >= MOST_BLOCKS

    def _choose_container(self) -> None:
        if containers := self._containers():
            self._document.select((self._one_of(containers),))


def _fits(block: Block, shape: Shape) -> bool:
    try:
        block.output_shape(shape)
    except ShapeProblem:
        return False
    return True


ACTS_BY_NAME: dict[str, Callable[[Hand], None]] = {
    name: act
    for name, act in vars(Hand).items()
    if callable(act) and not name.startswith("_") and name != "act"
}
OFTEN = ("drop", "drop", "drop", "drag", "wrap", "set_field", "set_field", "fix", "undo", "select")
ACTS = (*OFTEN, *ACTS_BY_NAME)
"""What is drawn from: every act, those that change most more often."""
