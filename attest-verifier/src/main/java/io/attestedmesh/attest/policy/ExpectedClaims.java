package io.attestedmesh.attest.policy;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

    /** The user data of every purpose of this project begins so; a document that says nothing else is bound by its key. */
    public static final Bytes RESERVED_PREFIX = Bytes.of("amesh-".getBytes(StandardCharsets.US_ASCII));

    private static final int MAX_SHOWN = 64;

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

    /**
     * Steps 7 and 8.
     *
     * @return what stands behind the expected prefix of user_data, all of user_data where no prefix was expected
     */
    Bytes match(AttestationDocument document) throws RejectedEvidenceException {
        if (nonce.isPresent()) {
            equal(nonce.get(), document.nonce(), PolicyReason.NONCE_MISSING, PolicyReason.NONCE_MISMATCH);
        }
        if (publicKey.isPresent()) {
            equal(
                    publicKey.get(),
                    document.publicKey(),
                    PolicyReason.PUBLIC_KEY_MISSING,
                    PolicyReason.PUBLIC_KEY_MISMATCH);
        }
        return userDataPrefix.isPresent()
                ? behindPrefix(userDataPrefix.get(), document.userData())
                : unreserved(document.userData().orElse(Bytes.EMPTY));
    }

    private static void equal(Bytes expected, Optional<Bytes> actual, Reason missing, Reason mismatch)
            throws RejectedEvidenceException {
        if (actual.isEmpty()) {
            throw new RejectedEvidenceException(missing, shown(expected), "none in the document");
        }
        if (!actual.get().equals(expected)) {
            throw new RejectedEvidenceException(mismatch, shown(expected), shown(actual.get()));
        }
    }

    /** A digest of what is long: two keys of one curve begin with the same 26 bytes. */
    private static String shown(Bytes value) {
        if (value.size() <= MAX_SHOWN) {
            return value.hex();
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            value.update(sha256);
            return value.size() + " bytes with SHA-256 "
                    + Bytes.of(sha256.digest()).hex();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Bytes behindPrefix(Bytes prefix, Optional<Bytes> userData) throws RejectedEvidenceException {
        if (userData.isEmpty()) {
            throw new RejectedEvidenceException(
                    PolicyReason.USER_DATA_MISSING, "beginning " + shown(prefix), "none in the document");
        }
        if (!userData.get().startsWith(prefix)) {
            throw new RejectedEvidenceException(
                    PolicyReason.USER_DATA_MISMATCH,
                    "beginning " + shown(prefix),
                    shown(userData.get()
                            .slice(0, Math.min(prefix.size(), userData.get().size()))));
        }
        return userData.get().slice(prefix.size(), userData.get().size());
    }

    /** A document for a certificate or a session binds more than its key, so its key alone must not be enough. */
    private Bytes unreserved(Bytes userData) throws RejectedEvidenceException {
        if (publicKey.isPresent() && userData.startsWith(RESERVED_PREFIX)) {
            throw new RejectedEvidenceException(
                    PolicyReason.RESERVED_USER_DATA, "user data that do not begin amesh-", shown(userData));
        }
        return userData;
    }
}
