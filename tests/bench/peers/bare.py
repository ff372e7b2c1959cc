"""The bare server: a prepared answer, no framework. What the machine can do at most."""

BODY = b'{"results": [' + b",".join(b'{"slug": "layanan-%d", "title": "Layanan %d"}' % (n, n) for n in range(20)) + b"]}"
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]


def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return [BODY]
