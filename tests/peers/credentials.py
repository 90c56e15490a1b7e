"""Credentials from hand to hand: what PyPI `sd-jwt` signs, and what it makes of ours.

    POST /_/issue {payload, hidden, alg, holder} -> {credential}
    POST /_/present {credential, disclose, audience, nonce, holder} -> {presentation}
    POST /_/verify {credential, issuer, audience, nonce, alg} -> {claims}, or {refused}

It says "listening ORIGIN" when it is ready, and ends with its stdin.
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

from jwcrypto.jwk import JWK
from sd_jwt import verifier as verifying
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

CURVES = {"EdDSA": {"kty": "OKP", "crv": "Ed25519"}, "ES256": {"kty": "EC", "crv": "P-256"}}
ISSUERS = {alg: JWK.generate(**curve) for alg, curve in CURVES.items()}
HOLDERS = {alg: JWK.generate(**curve) for alg, curve in CURVES.items()}
DID = ""


def public(key):
    return key.export_public(as_dict=True)


def bare(key):
    """A JWK without the name that the library gives it."""
    return {name: value for name, value in public(key).items() if name != "kid"}


def document():
    methods = [
        {"id": f"#{alg}", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": bare(key)}
        for alg, key in ISSUERS.items()
    ]
    return {
        "@context": "https://www.w3.org/ns/did/v1",
        "id": DID,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def issue(asked):
    alg = asked.get("alg", "ES256")
    claims = {"iss": DID, "cnf": {"jwk": bare(HOLDERS[asked.get("holder", "ES256")])}}
    for name, value in asked["payload"].items():
        claims[SDObj(name) if name in asked["hidden"] else name] = value
    header = {"typ": "dc+sd-jwt", "kid": f"{DID}#{alg}"}
    issuer = SDJWTIssuer(
        claims, ISSUERS[alg], None, alg, add_decoy_claims=True, extra_header_parameters=header
    )
    return {"credential": issuer.sd_jwt_issuance, "issuer": DID}


def present(asked):
    alg = asked.get("holder", "ES256")
    holder = SDJWTHolder(asked["credential"])
    disclose = {name: True for name in asked["disclose"]}
    holder.create_presentation(
        disclose, asked["nonce"], asked["audience"], HOLDERS[alg], sign_alg=alg
    )
    return {"presentation": holder.sd_jwt_presentation}


def verify(asked):
    # The library takes every key-binding JWT for ES256 unless its default is another.
    verifying.DEFAULT_SIGNING_ALG = asked.get("alg", "ES256")
    key = JWK.from_json(json.dumps(asked["issuer"]))

    def of(_issuer, header):
        assert header["typ"] == "dc+sd-jwt", header
        return key

    verifier = SDJWTVerifier(
        asked["credential"], of, asked.get("audience"), asked.get("nonce")
    )
    return {"claims": verifier.get_verified_payload()}


class Peer(BaseHTTPRequestHandler):
    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # noqa: N802
        if self.path == "/.well-known/did.json":
            self.answer(200, document())
        else:
            self.answer(404, {})

    def do_POST(self):  # noqa: N802
        length = int(self.headers.get("content-length", "0"))
        asked = json.loads(self.rfile.read(length) or b"{}")
        act = {"/_/issue": issue, "/_/present": present, "/_/verify": verify}.get(self.path)
        try:
            self.answer(200, act(asked))
        # Whatever the library raises is its answer.
        except Exception as refused:  # noqa: BLE001
            self.answer(400, {"refused": f"{type(refused).__name__}: {refused}"})

    def log_message(self, *_):
        pass


def main():
    global DID
    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    host = f"localhost:{server.server_port}"
    DID = f"did:web:{quote(host, safe='')}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"listening http://{host}", flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
