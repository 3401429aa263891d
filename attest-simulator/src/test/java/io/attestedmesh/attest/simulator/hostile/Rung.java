package io.attestedmesh.attest.simulator.hostile;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.x509.KeyUsage;

/** The certificates of a chain from the top; all but the last are in the bundle. */
public enum Rung {
    ROOT(Duration.ofDays(10_000), -1, KeyUsage.keyCertSign | KeyUsage.cRLSign),
    REGIONAL(Duration.ofDays(20), 2, KeyUsage.keyCertSign | KeyUsage.cRLSign),
    ZONAL(Duration.ofDays(6), 1, KeyUsage.keyCertSign | KeyUsage.cRLSign),
    INSTANCE(Duration.ofDays(1), 0, KeyUsage.keyCertSign),
    LEAF(Duration.ofHours(3), 0, KeyUsage.digitalSignature);

    private static final Duration AGE = Duration.ofSeconds(3);

    private final Duration life;
    private final int pathLength;
    private final int usage;

    Rung(Duration life, int pathLength, int usage) {
        this.life = life;
        this.pathLength = pathLength;
        this.usage = usage;
    }

    BigInteger serial() {
        return new BigInteger(1, name().getBytes(StandardCharsets.US_ASCII));
    }

    /** Says what a right certificate of this rung says at {@code now}. */
    void fill(CertificateRecipe recipe, Instant now) {
        recipe.notBefore(now.minus(AGE)).notAfter(now.plus(life));
        if (this == LEAF) {
            recipe.endEntity();
        } else {
            recipe.authority(pathLength);
        }
        recipe.keyUsage(usage);
    }
}
