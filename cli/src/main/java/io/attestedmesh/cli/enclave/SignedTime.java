package io.attestedmesh.cli.enclave;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.cli.command.CommandException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The time that the NSM signs into a fresh document. An enclave has no other trusted clock: that of the system comes from
 * the parent.
 */
final class SignedTime {
    private static final int NONCE_SIZE = 32;

    private final Attester nsm;
    private final NitroVerifier verifier;
    private final SecureRandom random;

    SignedTime(Attester nsm, NitroVerifier verifier, SecureRandom random) {
        this.nsm = nsm;
        this.verifier = verifier;
        this.random = random;
    }

    /**
     * How far {@code clock} is ahead of the signed time; negative if it is behind.
     *
     * @throws CommandException if the document is rejected, or the clock is off by more than {@code most}
     */
    Duration error(Clock clock, Duration most) throws CommandException, AttesterException, MalformedEvidenceException {
        byte[] nonce = new byte[NONCE_SIZE];
        random.nextBytes(nonce);
        Bytes encoded =
                nsm.attest(new AttestationRequest(Optional.empty(), Optional.empty(), Optional.of(Bytes.of(nonce))));
        Instant system = clock.instant();
        Duration error = Duration.between(signed(encoded, Bytes.of(nonce)), system);
        if (error.abs().compareTo(most) > 0) {
            throw CommandException.rejected(
                    "the clock of this machine is wrong, or its NSM's",
                    "CLOCK_ERROR",
                    most + " at most",
                    error.toString(),
                    "the parent sets the clock of an enclave: look there first");
        }
        return error;
    }

    private Instant signed(Bytes encoded, Bytes nonce) throws CommandException, MalformedEvidenceException {
        AttestationDocument document = AttestationDocument.parse(encoded);
        try {
            verifier.verify(encoded, document.timestamp());
        } catch (RejectedEvidenceException e) {
            throw CommandException.rejected(
                    "the document of this machine's own NSM is rejected, so it signs no time",
                    e.reason().name(),
                    e.expected(),
                    e.actual(),
                    "without max-clock-error in [nsm] the clock is not checked");
        }
        if (!document.nonce().equals(Optional.of(nonce))) {
            throw CommandException.rejected(
                    "the document of this machine's own NSM is not fresh",
                    "NONCE",
                    nonce.hex(),
                    document.nonce().map(Bytes::toString).orElse("none"),
                    "");
        }
        return document.timestamp();
    }
}
