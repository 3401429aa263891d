package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over the concatenation of some bytes. */
final class Sha256 {
    static final int SIZE = 32;

    private Sha256() {}

    static Bytes of(Bytes... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Bytes part : parts) {
                part.update(digest);
            }
            return Bytes.of(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
