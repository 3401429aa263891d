package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.evidence.Reason;

/** Why a certification path or the name in a certificate was refused. */
public enum CertificateReason implements Reason {
    UNTRUSTED_ISSUER,
    EXPIRED,
    NAME_MISMATCH
}
