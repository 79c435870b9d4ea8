"""A Design page on a document."""

from __future__ import annotations

import pytest
from design_helpers import small

from core.project import Project
from core.project_file import load_template
from gui.design.page import DesignPage
from gui.document import Document


@pytest.fixture
def document() -> Document:
    return Document(small())


@pytest.fixture
def make_page(qtbot):
    """Opens a page on a project and shows it."""

    def make(project: Project | Document, engine=None) -> DesignPage:
        document = project if isinstance(project, Document) else Document(project)
        page = DesignPage(document, engine)
        qtbot.addWidget(page)
        page.resize(1280, 800)
        page.show()
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        return page

    return make


@pytest.fixture
def page(make_page, document) -> DesignPage:
    return make_page(document)


@pytest.fixture
def lenet() -> Project:
    return load_template("lenet-5")
