package io.attestedmesh.transport.pki;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A certificate's life, both ends included, in whole seconds. */
public record Validity(Instant notBefore, Instant notAfter) {
    /** How far clocks of nodes may lag behind the issuer's. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    public Validity {
        notBefore = notBefore.truncatedTo(ChronoUnit.SECONDS);
        notAfter = notAfter.truncatedTo(ChronoUnit.SECONDS);
        if (!notAfter.isAfter(notBefore)) {
            throw new IllegalArgumentException("a validity from " + notBefore + " to " + notAfter + " is empty");
        }
    }

    /** From five minutes before {@code now}, for the clocks of others, until {@code now} plus {@code life}. */
    public static Validity from(Instant now, Duration life) {
        return new Validity(now.minus(BACKDATED), now.plus(life));
    }

    /** The part of it that lies within {@code outer}; refused if there is none. */
    Validity within(Validity outer) throws PkiException {
        Instant from = notBefore.isAfter(outer.notBefore) ? notBefore : outer.notBefore;
        Instant to = notAfter.isBefore(outer.notAfter) ? notAfter : outer.notAfter;
        if (!to.isAfter(from)) {
            throw new PkiException(
                    "the CA is valid from " + outer.notBefore + " to " + outer.notAfter + ", not then",
                    "make a new CA, or check this machine's clock");
        }
        return new Validity(from, to);
    }
}
