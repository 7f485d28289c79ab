"""What is shipped, read as files: the locks, the image, the services. Nothing here runs a container."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from bot import settings_variables
from bot.__main__ import cli

HOUSE = Path(__file__).parents[2]
DOCKERFILE = (HOUSE / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((HOUSE / "compose.yaml").read_text())
OURS = ("migrate", "web", "worker")


# the locks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_each_package_by_its_hash_and_names_no_address(lock: str) -> None:
    text = (HOUSE / lock).read_text()
    pinned = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))

    assert len(pinned) > 30
    assert [each.split()[0] for each in pinned if not re.match(r"[A-Za-z0-9._-]+(\[.*\])?==\S+", each)] == []
    assert [each.split()[0] for each in pinned if "--hash=sha256:" not in each] == []
    assert not re.search(r"https?:|--index-url|--find-links|--extra|file:|@ ", text)


# the image -----------------------------------------------------------------------------------------------------------


def instructions(name: str) -> list[str]:
    """The arguments of each instruction of that name, in their order."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^\s*#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    return [line.partition(" ")[2] for line in joined.splitlines() if line.partition(" ")[0] == name]


def test_the_image_runs_as_nobody_special_and_says_whether_it_is_well() -> None:
    assert instructions("USER") == ["10001:10001"]
    assert "--uid 10001" in " ".join(instructions("RUN"))
    assert "/healthz" in instructions("HEALTHCHECK")[0]
    assert "exec purpose-bot" in instructions("ENTRYPOINT")[0]
    for package in ("tzdata", "ca-certificates"):
        assert package in instructions("RUN")[-1]


def test_the_image_has_the_locked_packages_alone_and_no_secret_in_a_layer() -> None:
    installs = [each for each in instructions("RUN") if "pip install" in each]

    assert len(installs) == 2
    assert "--require-hashes --no-deps -r requirements.lock" in installs[0]
    assert "--no-deps --no-build-isolation ." in installs[1]
    secret = {each.name for each in settings_variables.ALL if "TOKEN" in each.name or "KEY" in each.name}
    told = " ".join([*instructions("ENV"), *instructions("ARG")])
    assert [name for name in secret if name in told] == []


def test_whatever_the_image_copies_is_there_and_passes_dockerignore() -> None:
    sources = [
        part for each in instructions("COPY") if "--from" not in each for part in shlex.split(each)[:-1]
    ]
    ignored = (HOUSE / ".dockerignore").read_text().splitlines()
    project = (HOUSE / "pyproject.toml").read_text()

    assert {"bot", "handlers", "scheduler", "pyproject.toml", "requirements.lock"} <= set(sources)
    assert [each for each in sources if not (HOUSE / each).exists()] == []
    assert [each for each in sources if f"!{each}" not in ignored] == []
    # What the project's own build reads has to be in the image, too.
    assert [
        each
        for each in re.findall(r'^(?:readme|license-files) = \[?"([^"]+)', project, re.MULTILINE)
        if each not in sources
    ] == []


# the services --------------------------------------------------------------------------------------------------------


def test_there_is_one_database_one_web_and_two_workers() -> None:
    services = COMPOSE["services"]

    assert set(services) == {"database", *OURS}
    assert services["database"]["image"].startswith("postgres:")
    assert services["web"]["command"] == ["run", "--role", "web"]
    assert services["worker"]["command"] == ["run", "--role", "worker"]
    assert services["worker"]["deploy"]["replicas"] == 2
    assert "deploy" not in services["web"]
    assert services["migrate"]["command"] == ["migrate"]
    assert {"run", "migrate"} <= set(cli.commands)


@pytest.mark.parametrize("service", OURS)
def test_each_of_ours_writes_nowhere_but_its_volume_and_may_nothing(service: str) -> None:
    found = COMPOSE["services"][service]

    assert found["read_only"] is True
    assert found["tmpfs"] == ["/tmp"]
    assert found["volumes"] == ["data:/data"]
    assert found["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in found["security_opt"]
    assert "user" not in found or str(found["user"]) != "root"
    assert found["init"] is True


@pytest.mark.parametrize("service", OURS)
def test_each_of_ours_is_told_by_names_that_the_bot_knows(service: str) -> None:
    told = COMPOSE["services"][service]["environment"]

    assert set(told) <= {each.name for each in settings_variables.ALL}
    assert told["DATABASE_URL"].startswith("postgresql://bot:${POSTGRES_PASSWORD:?")
    assert told["DELETIONS_FILE"].startswith("/data/")
    assert told["AUTO_MIGRATE"] == "0"


def test_only_the_web_is_published_to_this_machine_alone_and_waits_for_the_schema() -> None:
    services = COMPOSE["services"]

    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:3000:3000"]}
    for name in ("web", "worker"):
        assert services[name]["depends_on"] == {
            "database": {"condition": "service_healthy"},
            "migrate": {"condition": "service_completed_successfully"},
        }


def test_the_bots_role_in_the_database_is_no_superuser() -> None:
    script = COMPOSE["configs"]["make_role"]["content"]

    assert "CREATE ROLE bot LOGIN PASSWORD" in script
    assert "SUPERUSER" not in script
    assert "OWNER bot" in script
