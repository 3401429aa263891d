package io.attestedmesh.attest.policy;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Optional;

/**
 * What this document, and no other, must say: the nonce, key and bound data that the relying party asked for or
 * computed. An absent field was not asked for; a present one must be in the document and equal (constant time).
 *
 * @param publicKey DER SubjectPublicKeyInfo, not empty
 * @param nonce the relying party's fresh bytes, not empty
 * @param userDataPrefix what user_data must begin with, not empty; the rest is application data
 */
public record ExpectedClaims(Optional<Bytes> publicKey, Optional<Bytes> nonce, Optional<Bytes> userDataPrefix) {
    /** Nothing asked for: an audit of a stored document. */
    public static final ExpectedClaims NONE = new ExpectedClaims(Optional.empty(), Optional.empty(), Optional.empty());

    public ExpectedClaims {
        refuseEmpty("public key", publicKey);
        refuseEmpty("nonce", nonce);
        refuseEmpty("user data prefix", userDataPrefix);
    }

    private static void refuseEmpty(String what, Optional<Bytes> value) {
        if (value.isPresent() && value.get().isEmpty()) {
            throw new IllegalArgumentException("an empty expected " + what + " would match anything");
        }
    }
}
