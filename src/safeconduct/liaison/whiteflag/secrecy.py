"""Encryption methods 1 and 2 of Whiteflag: AES-256 in counter mode under a key derived with HKDF-SHA256.

Whiteflag Specification v1 (draft 7), 5.2.2 to 5.2.4. The first 32 bits of a message (prefix, version, indicator) stay
clear. Counter mode hides and does not prove: who was wrong is told by a message that reads as nonsense.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safeconduct.liaison.whiteflag.bits import Unreadable

NEGOTIATED, PRE_SHARED = "1", "2"
CLEAR_OCTETS = 4
VECTOR_OCTETS = 16
SECRET_LEAST_OCTETS = 16
"""5.2.3: shorter secrets have too little entropy."""
_KEY_OCTETS = 32
_SALTS = {
    NEGOTIATED: bytes.fromhex("8ddb03085a2c15e69c35c224bce2952dca7878770724741cbce5a135328be0c0"),
    PRE_SHARED: bytes.fromhex("c4d028bd45c876135e80ef7889835822a6f19a31835557d5854d1334e8497b56"),
}
_TOKEN_SALT = bytes.fromhex("420abc48f5d69328c457d61725d3fd7af2883cad8460976167e375b9f2c14081")


def derive_key(secret: bytes, method: str, address: bytes) -> bytes:
    """The 32 octets that encrypt what this originator sends (5.2.3). address: his, in binary. Raises Unreadable."""
    if method not in _SALTS:
        raise Unreadable(f"encryption method {method!r}: only 1 and 2 are defined")
    return _stretched(secret, _SALTS[method], address)


def token(secret: bytes, address: bytes) -> bytes:
    """What an authentication message A2 shows of a shared secret (5.1.2.2, 5.2.3)."""
    return _stretched(secret, _TOKEN_SALT, address)


def negotiated_secret(own: ec.EllipticCurvePrivateKey, other: bytes) -> bytes:
    """The secret of method 1 (5.2.2): ECDH on brainpoolP256r1. other: their public key, compressed or not.

    Raises Unreadable: no point of the curve.
    """
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.BrainpoolP256R1(), other)
        return own.exchange(ec.ECDH(), public)
    except (ValueError, UnsupportedAlgorithm, InvalidSignature) as error:
        raise Unreadable("the other's public key is no point of brainpoolP256r1") from error


def encrypt(octets: bytes, method: str, key: bytes, vector: bytes) -> bytes:
    """An encoded message with its indicator set and everything after it encrypted. Raises Unreadable."""
    if octets[3:4] != b"0":
        raise Unreadable("is encrypted already")
    return octets[:3] + method.encode() + _counter(octets[CLEAR_OCTETS:], key, vector)


def decrypt(octets: bytes, key: bytes, vector: bytes) -> bytes:
    """The encoded message with its indicator set back to 0. Raises Unreadable."""
    return octets[:3] + b"0" + _counter(octets[CLEAR_OCTETS:], key, vector)


def _counter(octets: bytes, key: bytes, vector: bytes) -> bytes:
    if len(vector) != VECTOR_OCTETS:
        raise Unreadable(f"its initialisation vector has {8 * len(vector)} bits, not 128")
    stream = Cipher(algorithms.AES(key), modes.CTR(vector)).encryptor()
    return stream.update(octets) + stream.finalize()


def _stretched(secret: bytes, salt: bytes, address: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_OCTETS, salt, address).derive(secret)
