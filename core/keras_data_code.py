"""How the script of `core.keras_code` comes by its pictures: the function ``load_data``."""

from __future__ import annotations

from collections.abc import Iterator

from core.data.source import MNIST, Folder
from core.picture_code import read_picture_code
from core.project import Project
from core.words import count


def load_data_code(project: Project) -> str:
    """``load_data``, which gives pictures and classes for training and for the test, and its parts.

    It ends in a line break.
    """
    if isinstance(project.data, Folder):
        return f"{_folder(project, project.data)}\n\n{read_picture_code(project.input)}\n"
    return _MNIST if isinstance(project.data, MNIST) else _set(project)


def left_out(project: Project) -> tuple[str, ...]:
    """Comments, a line each, about what the project does to pictures and the script does not."""
    return tuple(f"# {words}; this script does not." for words in _left_out(project))


def _left_out(project: Project) -> Iterator[str]:
    if project.augmentation:
        steps = ", ".join(type(step).__name__.lower() for step in project.augmentation)
        yield f"Layerloom changes pictures while training ({steps})"
    source = project.data
    if not isinstance(source, Folder):
        return
    if source.excluded:
        yield f"Layerloom leaves out {count(len(source.excluded), 'picture')} by the user's choice"
    if source.moved:
        yield f"Layerloom counts {count(len(source.moved), 'picture')} as of another class"
    if source.class_weights:
        yield "Layerloom weighs the classes in training"


_MNIST = '''\
def load_data(path):
    """MNIST as uint8 pictures (n, 28, 28, 1) and digits, from a file or Keras's download."""
    if path:
        with np.load(path) as data:
            train = data["x_train"], data["y_train"]
            test = data["x_test"], data["y_test"]
    else:
        train, test = keras.datasets.mnist.load_data()
    return (train[0][..., None], train[1]), (test[0][..., None], test[1])
'''


def _set(project: Project) -> str:
    module = type(project.data).__name__.lower().replace("fashionmnist", "fashion_mnist")
    ravel = ".ravel()" if project.input.channels == 3 else ""
    axis = "" if project.input.channels == 3 else "[..., None]"
    return f'''\
def load_data(_path):
    """{project.data.title} as uint8 pictures and their classes, from Keras's download."""
    train, test = keras.datasets.{module}.load_data()
    return (train[0]{axis}, train[1]{ravel}), (test[0]{axis}, test[1]{ravel})
'''


def _folder(project: Project, source: Folder) -> str:
    percent = f"{100 * source.test_share:.3g} %"
    shape = ", ".join(map(str, project.input.shape))
    return f'''\
def load_data(folder):
    """Pictures of a folder and their classes; {percent} of them are for the test.

    Expects FOLDER/class/picture, or FOLDER/train/class/picture and FOLDER/test/class/picture.
    What is not split there is drawn, and other pictures than in Layerloom.
    """
    root = pathlib.Path(folder)
    if (root / "train").is_dir() and (root / "test").is_dir():
        return read_folder(root / "train"), read_folder(root / "test")
    pictures, labels = read_folder(root)
    order = np.random.default_rng(SEED).permutation(len(pictures))
    count = round(len(pictures) * {source.test_share!r})
    test, train = order[:count], order[count:]
    return (pictures[train], labels[train]), (pictures[test], labels[test])


def read_folder(folder):
    """All pictures below FOLDER/class/ as uint8 of (n, {shape}), and their classes."""
    pictures, labels = [], []
    for label, name in enumerate(CLASS_NAMES):
        if not (folder / name).is_dir():
            raise SystemExit(f"{{folder}} has no folder {{name}}")
        for path in sorted((folder / name).rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if hidden or path.is_dir():
                continue
            try:
                pictures.append(read_picture(path))
                labels.append(label)
            except Exception as error:  # whatever a decoder meets in a damaged file
                print(f"left out: {{path}}: {{error}}")
    if not pictures:
        raise SystemExit(f"{{folder}} has no pictures")
    return np.stack(pictures), np.array(labels)
'''
