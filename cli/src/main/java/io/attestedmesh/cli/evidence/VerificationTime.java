package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import io.attestedmesh.cli.command.CommandException;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** As of when evidence is verified: an instant, or the time the document itself gives. */
@FunctionalInterface
interface VerificationTime {
    /** The last instant that a certificate can name (RFC 5280, section 4.1.2.5). */
    Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    VerifiedEvidence verify(NitroVerifier verifier, Bytes encoded)
            throws MalformedEvidenceException, RejectedEvidenceException;

    /** Reads {@code now}, {@code document} or an instant such as {@code 2026-01-31T12:00:00Z}. */
    static VerificationTime parse(String option, Clock clock) throws CommandException {
        return switch (option) {
            case "now" -> (verifier, encoded) -> verifier.verify(encoded, clock.instant());
            case "document" -> (verifier, encoded) -> verifier.verifyAtDocumentTime(encoded, clock.instant());
            default -> {
                Instant at = instant(option);
                yield (verifier, encoded) -> verifier.verify(encoded, at);
            }
        };
    }

    private static Instant instant(String option) throws CommandException {
        try {
            Instant at = Instant.parse(option);
            if (at.isBefore(Instant.EPOCH) || at.isAfter(LATEST)) {
                throw new DateTimeParseException("not between 1970 and 9999", option, 0);
            }
            return at;
        } catch (DateTimeParseException e) {
            throw CommandException.usage(
                    "--time " + option + " is not a time",
                    "write now, document, or an instant such as 2026-01-31T12:00:00Z",
                    e);
        }
    }
}
