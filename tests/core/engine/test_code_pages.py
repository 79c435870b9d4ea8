"""Code that was loaded once is given back, and works on."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.engine.code_pages import _code

ROOT = Path(__file__).resolve().parents[3]

SMAPS = """\
1000-3000 r-xp 00000000 fe:00 11      /lib/one.so
Rss:                  8 kB
Private_Dirty:        0 kB
Anonymous:            0 kB
3000-4000 r--p 00002000 fe:00 11      /lib/one.so
Private_Dirty:        4 kB
Anonymous:            4 kB
4000-6000 r-xp 00000000 fe:00 12      /lib/with break points.so
Private_Dirty:        4 kB
Anonymous:            4 kB
6000-7000 rwxp 00000000 00:00 0
Anonymous:            4 kB
7000-8000 r-xp 00000000 00:00 0       [vdso]
Anonymous:            0 kB
"""

GIVEN_BACK = """
import re
import numpy as np
from core.engine.code_pages import give_back_code

def code():
    return int(re.search(r"RssFile:\\s+(\\d+)", open("/proc/self/status").read())[1])

total = (np.arange(100.0) @ np.arange(100.0), np.fft.fft(np.ones(8))[0])
before = code()
give_back_code()
after = code()
assert total == (np.arange(100.0) @ np.arange(100.0), np.fft.fft(np.ones(8))[0])
print(before, after)
"""


def test_only_code_that_is_as_its_file_is_given_back():
    assert list(_code(SMAPS)) == [(0x1000, 0x3000)]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not list their memory so")
def test_code_given_back_is_memory_no_more_and_works_on():
    done = subprocess.run(
        [sys.executable, "-c", GIVEN_BACK], cwd=ROOT, capture_output=True, text=True, check=True
    )
    before, after = map(int, done.stdout.split())
    assert after < 0.8 * before
