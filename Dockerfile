# syntax=docker/dockerfile:1
# The bot in a container: docker build -t purpose-bot . && docker run --env-file .env -v purpose-bot:/data purpose-bot

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/purpose-bot
WORKDIR /src
# The packages first: their layer stays while only the code changes.
COPY requirements.lock ./
RUN /opt/purpose-bot/bin/pip install --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml LICENSE ./
COPY bot bot
COPY handlers handlers
COPY scheduler scheduler
RUN /opt/purpose-bot/bin/pip install --no-deps --no-build-isolation . \
    && /opt/purpose-bot/bin/pip uninstall --yes pip

FROM python:3.11-slim-bookworm
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 bot \
    && useradd --uid 10001 --gid bot --no-create-home --home-dir /data --shell /usr/sbin/nologin bot \
    && install -d -o bot -g bot -m 0700 /data
COPY --from=build /opt/purpose-bot /opt/purpose-bot
# Inside a container the loopback address is nobody's; what is published is the operator's choice (compose.yaml).
ENV PATH=/opt/purpose-bot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp \
    DATABASE_URL=sqlite:////data/purpose-bot.db \
    HOST=0.0.0.0 \
    PORT=3000
USER 10001:10001
# The one place that is written to, besides /tmp: works with --read-only --tmpfs /tmp.
WORKDIR /data
VOLUME ["/data"]
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["/bin/sh", "-c", "umask 077; exec purpose-bot \"$@\"", "purpose-bot"]
CMD ["run"]
