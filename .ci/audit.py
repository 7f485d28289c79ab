"""Runs pip-audit over a lock: a finding fails, an unreachable service is one printed line and never a green lie."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 120


def run_audit(pip_audit: str, lock: str) -> dict[str, Any] | str:
    """pip-audit's report, or in a few words why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [pip_audit, "--requirement", lock, "--require-hashes", "--disable-pip"]
        command += ["--format", "json", "--output", str(report), "--progress-spinner", "off"]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return f"no answer within {PATIENCE_SECONDS} seconds"
        if not report.exists():
            return (done.stderr.strip().splitlines() or ["it said nothing"])[-1].split("(")[0]
        content: dict[str, Any] = json.loads(report.read_text())
        return content


def describe(report: dict[str, Any]) -> tuple[list[str], bool]:
    """The lines to print, and whether something is known to be vulnerable."""
    packages = report["dependencies"]
    looked_up = [package for package in packages if "skip_reason" not in package]
    findings = [
        f"{package['name']} {package['version']}: {finding['id']}, fixed in "
        f"{', '.join(finding['fix_versions']) or 'no version yet'}"
        for package in looked_up
        for finding in package["vulns"]
    ]
    lines = [f"pip-audit: {len(looked_up)} of {len(packages)} packages looked up, {len(findings)} findings"]
    if len(looked_up) < len(packages):
        lines.append(
            "pip-audit: the service did not know the others; run `make check` where it can be reached"
        )
    return lines + findings, bool(findings)


def main() -> int:
    """0 where nothing is known or nothing could be asked, 1 for a finding."""
    pip_audit, lock = sys.argv[1:]
    report = run_audit(pip_audit, lock)
    if isinstance(report, str):
        print(f"pip-audit could not run here, so nothing is known: {report}")
        return 0
    lines, is_vulnerable = describe(report)
    print("\n".join(lines))
    return 1 if is_vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
