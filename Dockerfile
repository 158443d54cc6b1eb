# The program `redress` without servers of its own. Every package that is installed, or that builds
# ours, is checked against the hashes of requirements.lock.
FROM python:3.11.15-slim-bookworm AS build
RUN pip install --no-cache-dir --no-deps --only-binary :all: uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /source
COPY pyproject.toml requirements.lock ./
RUN uv venv /opt/redress \
 && uv pip install --python /opt/redress \
        --require-hashes --constraints requirements.lock --requirements pyproject.toml
COPY . .
RUN uv pip install --python /opt/redress \
        --no-deps --build-constraints requirements.lock .

FROM python:3.11.15-slim-bookworm
# A volume that is mounted on the data directory belongs to this account from the first use on.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin redress \
 && install --directory --owner=redress --mode=0700 /var/lib/redress
COPY --from=build /opt/redress /opt/redress
ENV PATH="/opt/redress/bin:$PATH" PYTHONUNBUFFERED=1
WORKDIR /opt/redress
USER 10001
ENTRYPOINT ["redress"]
CMD ["worker"]
