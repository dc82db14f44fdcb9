"""What only reports need is imported by no other function: it exists in one function's layer only."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

WITHOUT_REPORT_LIBRARIES = """
import sys

class Refuses:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("jinja2", "markupsafe", "xlsxwriter"):
            raise ImportError(f"{name} is in the report function's layer only")

sys.path[:0] = [".", "tests"]
import client, samples
from chalicelib import runtime
from flows import closed
from locallove.cloud.local import local_cloud

# moto has a use of its own for these libraries; from here on nobody can import them.
sys.meta_path.insert(0, Refuses())
for name in [name for name in sys.modules if name.partition(".")[0] in ("jinja2", "markupsafe", "xlsxwriter")]:
    del sys.modules[name]

campaign = closed.closed_campaign()
with local_cloud(background=False) as cloud:
    cloud.apply(campaign)
    subject = closed.Closed(cloud, campaign)
    subject.send("b-1", subject.like(1))
    text = samples.batch_text(campaign, [samples.reaction(campaign, 1)])
    headers = samples.signed_headers(subject.secrets["platform"], "b-2", text)
    assert client.request(f"{cloud.url}/v1/lives/{samples.LIVE}/reactions", text, headers).status == 409
    cloud.pump.drain()
    answer = client.request(f"{cloud.url}/v1/lives/{samples.LIVE}/totals")
    assert answer.json["counts"]["total"] == 1, answer
    assert cloud.scheduler.invoke("settle_lives") == {"settled": 1, "checked": 0}
    runtime.service.cache_clear()  # another instance, which has read nothing yet
    answer = client.request(f"{cloud.url}/v1/lives/{samples.LIVE}/totals")
    assert (answer.json["status"], answer.json["donation"]["final"]) == ("settled", True), answer
    try:
        cloud.publish()
    except ImportError as error:
        print("only publishing needs it:", error)
"""


def test_a_batch_a_read_a_stream_event_and_a_settlement_need_no_report_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_REPORT_LIBRARIES], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "only publishing needs it: jinja2" in done.stdout
