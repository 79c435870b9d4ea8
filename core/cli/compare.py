"""``main.py compare``: in what two projects or two runs differ, worked out without Keras."""

from __future__ import annotations

import json
from argparse import Namespace

from core.cli.output import DONE, CommandError, Output
from core.compare import compare, open_subject
from core.compare.telling import as_markdown, as_object, as_text
from core.project_file import ProjectError


def run(options: Namespace, output: Output) -> int:
    """Print the comparison; the exit code.

    Raises:
        CommandError: One of the two cannot be read.
    """
    try:
        found = compare(open_subject(options.before), open_subject(options.after))
    except ProjectError as error:
        raise CommandError(str(error)) from error
    if output.as_json:
        print(json.dumps(as_object(found), ensure_ascii=False))
    elif options.markdown:
        output.say(as_markdown(found, options.all).rstrip("\n"))
    else:
        output.say(as_text(found, options.all))
    return DONE
