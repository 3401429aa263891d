package io.attestedmesh.transport.session;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What one side says of the other's evidence: {@code 1} for accepted, {@code 2} and the name of the reason for rejected.
 *
 * @param rejection why it was rejected: a name of 1 to 64 characters of {@code A-Z0-9_}; empty if it was accepted
 */
record SessionVerdict(Optional<String> rejection) {
    static final SessionVerdict ACCEPTED = new SessionVerdict(Optional.empty());

    private static final byte ACCEPT = 1;
    private static final byte REJECT = 2;
    private static final int MAX_NAME = 64;

    SessionVerdict {
        if (rejection.isPresent() && !isName(rejection.get())) {
            throw new IllegalArgumentException("a rejection without the name of a reason");
        }
    }

    static SessionVerdict rejected(Reason why) {
        return new SessionVerdict(Optional.of(why.name()));
    }

    Frame frame() {
        Bytes payload = rejection
                .map(name -> Bytes.concat(Bytes.of(REJECT), Bytes.of(name.getBytes(StandardCharsets.US_ASCII))))
                .orElse(Bytes.of(ACCEPT));
        return new Frame(Frame.Type.VERDICT, payload);
    }

    /** @throws RejectedCertificateException {@link SessionReason#BAD_FRAME} */
    static SessionVerdict of(Bytes payload) throws RejectedCertificateException {
        if (payload.equals(Bytes.of(ACCEPT))) {
            return ACCEPTED;
        }
        String name = new String(payload.slice(1, payload.size()).toByteArray(), StandardCharsets.ISO_8859_1);
        if (payload.at(0) != REJECT || !isName(name)) {
            throw FrameReader.refused("a verdict: 1, or 2 and the name of a reason", payload.hex());
        }
        return new SessionVerdict(Optional.of(name));
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_NAME
                && name.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
    }
}
