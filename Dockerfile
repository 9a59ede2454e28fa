# One image; `jiesuan serve` and `jiesuan serve --projector-only` are its two commands (docker-compose.yml).
FROM python:3.11-slim

WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml .
COPY ledger ledger
COPY projections projections
COPY migrations migrations
COPY api api
RUN pip install --no-cache-dir --no-build-isolation --no-deps . && useradd --system --create-home jiesuan \
    && install -d -o jiesuan -m 700 /evidence

USER jiesuan
WORKDIR /home/jiesuan
EXPOSE 8420
ENTRYPOINT ["jiesuan"]
CMD ["serve", "--host", "0.0.0.0"]
