# docker build -t abstract-qa . && docker run -p 7860:7860 -v papers:/papers -e AUTH=NAME:PASSWORD abstract-qa
FROM python:3.12-slim
WORKDIR /source
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY rag rag
COPY eval eval
COPY prompts prompts
RUN pip install --no-cache-dir --no-deps . && useradd reader && install -d -o reader /papers
USER reader
ENV RAG_LIBRARY=/papers HOME=/tmp
VOLUME /papers
HEALTHCHECK --start-period=60s CMD python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/')"
CMD exec abstract-qa serve --host 0.0.0.0 --auth "$AUTH"
