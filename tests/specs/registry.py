"""Serves one image's OCI directory as a registry, for pulls alone.

    registry.py DIRECTORY REPOSITORY TAG PORT
"""

import http.server
import json
import pathlib
import sys

directory, repository, tag, port = sys.argv[1:]
layout = pathlib.Path(directory)
INDEX = json.loads((layout / "index.json").read_text())
MANIFEST = INDEX["manifests"][0]


class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0]
        blobs = f"/v2/{repository}/blobs/"
        manifests = f"/v2/{repository}/manifests/"
        kind, digest = "application/octet-stream", None
        if path == "/v2/":
            return self.answer(b"{}", "application/json", None)
        if path.startswith(blobs):
            digest = path.removeprefix(blobs)
        elif path.startswith(manifests):
            if path.removeprefix(manifests) in (tag, MANIFEST["digest"]):
                kind, digest = MANIFEST["mediaType"], MANIFEST["digest"]
        file = layout / "blobs" / (digest or "none").replace(":", "/")
        if not file.is_file():
            return self.send_error(404)
        self.answer(file.read_bytes(), kind, digest)

    do_HEAD = do_GET

    def answer(self, body, kind, digest):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if digest:
            self.send_header("Docker-Content-Digest", digest)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Registry).serve_forever()
