# The platform as one image: web by default; worker, beat and migrations by command (see compose.yaml).
FROM python:3.11-slim AS build
COPY requirements/uv.txt requirements.txt /build/
RUN pip install --no-cache-dir --require-hashes -r /build/uv.txt \
 && python -m venv /opt/venv \
 && uv pip sync --compile-bytecode --python /opt/venv/bin/python --require-hashes /build/requirements.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home /srv superapp && mkdir -p /srv/var && chown superapp /srv/var
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2 \
    DJANGO_SETTINGS_MODULE=superapp.settings SUPERAPP_VAR=/srv/var
WORKDIR /srv/app
COPY --from=build /opt/venv /opt/venv
COPY manage.py ./
COPY superapp superapp
COPY accounts accounts
COPY services services
COPY api_docs api_docs
# Compiled once, here: the processes may not write, and each would compile everything anew at its start.
RUN python -m compileall -q superapp accounts services api_docs
ENV SUPERAPP_STATIC=/srv/static
# Collecting files reads the settings, but none of these values ends in the image.
RUN SECRET_KEY=none HASHING_KEY=none PAIRWISE_KEY=none MFA_KEYS=none OIDC_SEALING_KEYS=none BUNDLE_SIGNING_KEY=none RECEIPT_SIGNING_KEY=none VAULT_KEYS=none VAULT_INDEX_KEY=none OIDC_RSA_PRIVATE_KEY=none DATABASE_URL=postgresql:///none SUPERAPP_VAR=/tmp/none \
    python manage.py collectstatic --noinput --verbosity 0 && rm -rf /tmp/none
USER superapp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD \
  python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "2", "--no-ws", "--http", "1", "--respawn-failed-workers", "superapp.wsgi:application"]
